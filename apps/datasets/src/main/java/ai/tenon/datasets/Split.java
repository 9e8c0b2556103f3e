package ai.tenon.datasets;

/** What samples are for. The two never share a label. */
public enum Split {
    /** Inputs to calibrate with; without labels. */
    CALIBRATE,
    /** Inputs and labels to measure with. */
    EVALUATE
}
