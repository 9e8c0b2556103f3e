package ai.tenon.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A dense tensor: element type, shape, and a little-endian, row-major buffer that it does not own
 * or copy.
 *
 * <p>The buffer may be direct, mapped from a file or on the heap; whoever made it keeps it alive.
 * Elements are read and written with absolute positions: {@code buffer().getFloat(4 * i)}. Strings
 * are held as an array instead. The shape never changes, the contents may.
 */
public final class Tensor implements Datum {
    private final DataType type;
    private final long[] shape;
    private final int size;
    private final ByteBuffer buffer;
    private final String[] strings;

    private Tensor(DataType type, long[] shape, int size, ByteBuffer buffer, String[] strings) {
        this.type = type;
        this.shape = shape;
        this.size = size;
        this.buffer = buffer;
        this.strings = strings;
    }

    /**
     * A tensor over the remaining bytes of {@code data}, without a copy; byte order becomes
     * little-endian.
     *
     * @param shape dimensions, each at least 0; empty for a scalar
     * @throws IllegalArgumentException if the bytes are not exactly those that type and shape need,
     *     or the tensor is of 2 GiB or more, or {@code type} is STRING
     */
    public static Tensor of(DataType type, long[] shape, ByteBuffer data) {
        if (type == DataType.STRING) {
            throw new IllegalArgumentException("strings have no buffer: use ofStrings");
        }
        int size = elements(shape);
        long bytes = type.bytes(size);
        if (bytes != data.remaining()) {
            throw new IllegalArgumentException(
                    type
                            + Arrays.toString(shape)
                            + " takes "
                            + bytes
                            + " bytes, given "
                            + data.remaining());
        }
        return new Tensor(
                type, shape.clone(), size, data.slice().order(ByteOrder.LITTLE_ENDIAN), null);
    }

    /**
     * A zero-filled tensor in a new direct buffer.
     *
     * @throws IllegalArgumentException if the tensor would be of 2 GiB or more
     */
    public static Tensor allocate(DataType type, long... shape) {
        long bytes = type.bytes(elements(shape));
        if (bytes > Integer.MAX_VALUE) {
            throw tooLarge(type, shape);
        }
        return of(type, shape, ByteBuffer.allocateDirect((int) bytes));
    }

    /** A FLOAT tensor with a copy of {@code values} in a direct buffer. */
    public static Tensor ofFloats(float[] values, long... shape) {
        Tensor tensor = allocate(DataType.FLOAT, shape);
        tensor.requireSize(values.length);
        tensor.buffer.asFloatBuffer().put(values);
        return tensor.rewound();
    }

    /** An INT64 tensor with a copy of {@code values} in a direct buffer. */
    public static Tensor ofLongs(long[] values, long... shape) {
        Tensor tensor = allocate(DataType.INT64, shape);
        tensor.requireSize(values.length);
        tensor.buffer.asLongBuffer().put(values);
        return tensor.rewound();
    }

    /** An INT32 tensor with a copy of {@code values} in a direct buffer. */
    public static Tensor ofInts(int[] values, long... shape) {
        Tensor tensor = allocate(DataType.INT32, shape);
        tensor.requireSize(values.length);
        tensor.buffer.asIntBuffer().put(values);
        return tensor.rewound();
    }

    /** A STRING tensor over {@code values}, not copied. */
    public static Tensor ofStrings(String[] values, long... shape) {
        int size = elements(shape);
        Tensor tensor = new Tensor(DataType.STRING, shape.clone(), size, null, values);
        tensor.requireSize(values.length);
        return tensor;
    }

    /** The element type. */
    public DataType type() {
        return type;
    }

    /** A copy of the shape; see {@link #rank} and {@link #dim} for paths that must not allocate. */
    public long[] shape() {
        return shape.clone();
    }

    /** Number of dimensions; 0 for a scalar. */
    public int rank() {
        return shape.length;
    }

    /** Length of dimension {@code axis}, counted from 0. */
    public long dim(int axis) {
        return shape[axis];
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    /** True if {@code other} has the same type and shape; allocates nothing. */
    public boolean sameTypeAndShape(Tensor other) {
        return type == other.type && Arrays.equals(shape, other.shape);
    }

    /** True if the shape is {@code dims}; allocates nothing. */
    public boolean hasShape(long[] dims) {
        return Arrays.equals(shape, dims);
    }

    /**
     * The tensor's own buffer: little-endian, position 0, limit at its end. Use absolute positions
     * only.
     *
     * @throws IllegalStateException for STRING tensors
     */
    public ByteBuffer buffer() {
        if (buffer == null) {
            throw new IllegalStateException("a STRING tensor has no buffer");
        }
        return buffer;
    }

    /**
     * The strings of a STRING tensor, row-major; the tensor's own array.
     *
     * @throws IllegalStateException for all other types
     */
    public String[] strings() {
        if (strings == null) {
            throw new IllegalStateException("a " + type + " tensor holds no strings");
        }
        return strings;
    }

    /** The same data under another shape of the same size, not copied. */
    public Tensor reshaped(long... newShape) {
        Tensor tensor = new Tensor(type, newShape.clone(), elements(newShape), buffer, strings);
        tensor.requireSize(size);
        return tensor;
    }

    /** Bytes of the buffer; 0 for strings. */
    public int byteSize() {
        return buffer == null ? 0 : buffer.capacity();
    }

    /** A copy of a FLOAT tensor's elements. */
    public float[] toFloats() {
        require(DataType.FLOAT);
        float[] values = new float[size];
        buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /** A copy of an INT64 tensor's elements. */
    public long[] toLongs() {
        require(DataType.INT64);
        long[] values = new long[size];
        buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
        return values;
    }

    /**
     * Number of elements of a shape.
     *
     * @throws IllegalArgumentException if a dimension is negative or the product exceeds an {@code
     *     int}
     */
    public static int elements(long[] shape) {
        boolean empty = false;
        boolean large = false;
        long product = 1;
        for (long dim : shape) {
            if (dim < 0) {
                throw new IllegalArgumentException(
                        "negative dimension in " + Arrays.toString(shape));
            }
            empty |= dim == 0;
            large |= dim > 0 && product > Integer.MAX_VALUE / dim;
            product = large ? Integer.MAX_VALUE : product * Math.max(dim, 1);
        }
        if (large && !empty) {
            throw tooLarge(null, shape);
        }
        return empty ? 0 : (int) product;
    }

    private static IllegalArgumentException tooLarge(DataType type, long[] shape) {
        return new IllegalArgumentException(
                "tensor "
                        + (type == null ? "" : type)
                        + Arrays.toString(shape)
                        + " is larger than 2 GiB");
    }

    private void require(DataType wanted) {
        if (type != wanted) {
            throw new IllegalStateException("tensor is " + type + ", not " + wanted);
        }
    }

    private void requireSize(int values) {
        if (values != size) {
            throw new IllegalArgumentException(
                    "shape "
                            + Arrays.toString(shape)
                            + " has "
                            + size
                            + " elements, given "
                            + values);
        }
    }

    private Tensor rewound() {
        buffer.rewind();
        return this;
    }

    /** Type and shape, as in {@code FLOAT[1, 128]}; never the contents. */
    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }

    /** True for the same type, shape and contents, bit by bit. */
    public boolean contentEquals(Tensor other) {
        return Objects.requireNonNull(other, "other").sameTypeAndShape(this)
                && (strings != null
                        ? Arrays.equals(strings, other.strings)
                        : buffer.equals(other.buffer));
    }
}
