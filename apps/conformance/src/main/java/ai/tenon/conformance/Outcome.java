package ai.tenon.conformance;

/** What became of a test. */
public enum Outcome {
    /** Every output of every data set was compared and is as expected. */
    PASSED,
    FAILED,
    /** The backend said beforehand that it does not run the model. */
    UNSUPPORTED
}
