package ai.tenon.cpu.internal.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * One operator of a plan: its parameters in the order of its struct in {@code ops.h}, and what it
 * reads and writes. Made word by word.
 */
public final class Instruction {
    private static final int WORDS_SHIFT = 16;

    private final Opcode opcode;
    private final String name;
    private final List<Object> words = new ArrayList<>();
    private final List<Place> reads = new ArrayList<>();
    private final List<Place> writes = new ArrayList<>();
    private Place replaceable;
    private String kernel = "";
    private long operations;
    private long bytes;

    /**
     * @param name of the node, or group of nodes, that it computes
     */
    public Instruction(Opcode opcode, String name) {
        this.opcode = opcode;
        this.name = name;
    }

    /** A place that is read; null for an operand that is left out. */
    public Instruction read(Place place) {
        words.add(place == null ? (Object) 0L : place);
        if (place != null) {
            reads.add(place);
            bytes += place.bytes();
        }
        return this;
    }

    /** A place that is written; null for a result that is left out. */
    public Instruction write(Place place) {
        words.add(place == null ? (Object) 0L : place);
        if (place != null) {
            writes.add(place);
            bytes += place.bytes();
        }
        return this;
    }

    /** A place that is read and written. */
    public Instruction update(Place place) {
        reads.add(place);
        return write(place);
    }

    public Instruction number(long value) {
        words.add(value);
        return this;
    }

    public Instruction flag(boolean value) {
        return number(value ? 1 : 0);
    }

    public Instruction numbers(long... values) {
        for (long value : values) {
            number(value);
        }
        return this;
    }

    /** So many of an array's values, zeros behind its end. */
    public Instruction array(int length, long... values) {
        for (int i = 0; i < length; i++) {
            number(i < values.length ? values[i] : 0);
        }
        return this;
    }

    public Instruction real(double value) {
        words.add(Double.doubleToRawLongBits(value));
        return this;
    }

    /** What the result may be written over while it is read, if nobody needs that afterwards. */
    public Instruction inPlaceOf(Place place) {
        replaceable = place;
        return this;
    }

    /**
     * What is done, for whoever looks where time goes.
     *
     * @param kernelName as in {@code conv 3x3}
     * @param count of operations, a multiply-add being two
     */
    public Instruction doing(String kernelName, long count) {
        kernel = kernelName;
        operations = count;
        return this;
    }

    public Opcode opcode() {
        return opcode;
    }

    /** The node, or group of nodes, that it computes. */
    public String name() {
        return name;
    }

    /** What is done; the opcode where nothing better was said. */
    public String kernel() {
        return kernel.isEmpty() ? opcode.name().toLowerCase(java.util.Locale.ROOT) : kernel;
    }

    /** Operations, a multiply-add being two; 0 where moving bytes is all. */
    public long operations() {
        return operations;
    }

    /** Bytes read and written. */
    public long bytes() {
        return bytes;
    }

    List<Place> reads() {
        return reads;
    }

    List<Place> writes() {
        return writes;
    }

    Place replaceable() {
        return replaceable;
    }

    int words() {
        return 1 + words.size();
    }

    /** Writes the words; places have to be settled. */
    int encode(long[] code, int at) {
        code[at] = opcode.number() | (long) words.size() << WORDS_SHIFT;
        int next = at + 1;
        for (Object word : words) {
            code[next++] = word instanceof Place place ? place.reference() : (Long) word;
        }
        return next;
    }
}
