package ai.tenon.backend;

/** What became of a wish for a power profile. */
public enum PowerAnswer {
    APPLIED,
    /** The nearest that the hardware has was chosen. */
    APPROXIMATED,
    UNSUPPORTED,
    /** The hardware could, but this process may not. */
    NOT_PERMITTED
}
