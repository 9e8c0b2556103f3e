package ai.tenon.core.internal.placement;

/** A model that could not be placed or compiled; the cause says why, without naming the backend. */
public final class PlacementException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Candidate culprit;
    private final boolean unplaced;

    PlacementException(Candidate culprit, boolean unplaced, Throwable cause) {
        super(culprit.label() + ": " + cause.getMessage(), cause);
        this.culprit = culprit;
        this.unplaced = unplaced;
    }

    /** The backend without which it may work. */
    public Candidate culprit() {
        return culprit;
    }

    /** True if no way was found to place the model, which other partners may change. */
    public boolean isUnplaced() {
        return unplaced;
    }
}
