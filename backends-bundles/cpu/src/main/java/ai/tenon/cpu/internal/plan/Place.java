package ai.tenon.cpu.internal.plan;

/**
 * Memory that operators read and write: a buffer of its own, or a part of another place. Where a
 * buffer of the arena lies is decided when the whole plan is known.
 */
public final class Place {
    /** Whose memory it is; numbers as in {@code tenon_cpu.h}. */
    public enum Space {
        ARENA(1),
        WEIGHTS(2),
        INPUT(3),
        OUTPUT(4);

        private final long number;

        Space(int number) {
            this.number = number;
        }
    }

    private static final int SPACE_SHIFT = 56;
    private static final int INDEX_SHIFT = 48;

    private final long bytes;
    private Space space;
    private int index;
    private long offset;
    private Place whole;

    private Place(Space space, int index, long offset, long bytes, Place whole) {
        this.space = space;
        this.index = index;
        this.offset = offset;
        this.bytes = bytes;
        this.whole = whole;
    }

    /** A buffer of the arena. */
    public static Place arena(long bytes) {
        return new Place(Space.ARENA, 0, -1, bytes, null);
    }

    /** Packed weights and constants. */
    public static Place weights(long offset, long bytes) {
        return new Place(Space.WEIGHTS, 0, offset, bytes, null);
    }

    /** An input of the model. */
    public static Place input(int index, long bytes) {
        return new Place(Space.INPUT, index, 0, bytes, null);
    }

    /** An output of the model. */
    public static Place output(int index, long bytes) {
        return new Place(Space.OUTPUT, index, 0, bytes, null);
    }

    /** The part that begins so many bytes behind this place's beginning. */
    public Place at(long start, long length) {
        if (start < 0 || length < 0 || start + length > bytes) {
            throw new IllegalArgumentException(start + "+" + length + " is outside of " + this);
        }
        return start == 0 && length == bytes ? this : new Place(null, 0, start, length, this);
    }

    /** The buffer that this place is, or is a part of. */
    public Place root() {
        Place root = this;
        while (root.whole != null) {
            root = root.whole;
        }
        return root;
    }

    public long bytes() {
        return bytes;
    }

    /** Of a buffer, not of a part of it. */
    public Space space() {
        return root().space;
    }

    /** Of a buffer among the weights. */
    long offset() {
        return offset;
    }

    boolean isPart() {
        return whole != null;
    }

    /** Lets this buffer of the arena be an output of the model instead. */
    public void becomeOutput(int output) {
        if (whole != null || space != Space.ARENA) {
            throw new IllegalStateException(this + " cannot become an output");
        }
        space = Space.OUTPUT;
        index = output;
        offset = 0;
    }

    /** Lets this buffer of the arena be the beginning of another one, which is no smaller. */
    void becomePartOf(Place other) {
        whole = other;
        offset = 0;
    }

    void lieAt(long arenaOffset) {
        offset = arenaOffset;
    }

    /** The reference as native code reads it. */
    long reference() {
        long distance = 0;
        Place place = this;
        while (place.whole != null) {
            distance += place.offset;
            place = place.whole;
        }
        if (place.offset < 0) {
            throw new IllegalStateException("a place of the arena has no offset yet");
        }
        return place.space.number << SPACE_SHIFT
                | (long) place.index << INDEX_SHIFT
                | (place.offset + distance);
    }

    @Override
    public String toString() {
        return (whole == null ? space + " " + index : "part of " + whole) + " [" + bytes + "]";
    }
}
