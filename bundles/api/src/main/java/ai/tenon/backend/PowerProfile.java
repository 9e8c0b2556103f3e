package ai.tenon.backend;

/** How much power a device may spend on inference. */
public enum PowerProfile {
    LOWEST,
    SAVER,
    BALANCED,
    PERFORMANCE,
    BURST
}
