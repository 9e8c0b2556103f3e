package ai.tenon.graph;

/**
 * The element types of ONNX tensors, with ONNX's own numbers ({@code TensorProto.DataType}).
 *
 * <p>Types of fewer than eight bits are stored packed, the first element in the lowest bits of its
 * byte, as ONNX's {@code raw_data} does.
 */
public enum DataType {
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    /** UTF-8 strings; held as objects, not in a buffer. */
    STRING(8, 0),
    /** One byte per element, 0 or 1. */
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    UINT64(13, 64),
    /** Real part, then imaginary part, 32 bits each. */
    COMPLEX64(14, 64),
    /** Real part, then imaginary part, 64 bits each. */
    COMPLEX128(15, 128),
    BFLOAT16(16, 16),
    FLOAT8E4M3FN(17, 8),
    FLOAT8E4M3FNUZ(18, 8),
    FLOAT8E5M2(19, 8),
    FLOAT8E5M2FNUZ(20, 8),
    UINT4(21, 4),
    INT4(22, 4),
    FLOAT4E2M1(23, 4),
    FLOAT8E8M0(24, 8),
    UINT2(25, 2),
    INT2(26, 2);

    private static final DataType[] BY_CODE = byCode();

    private final int code;
    private final int bits;

    DataType(int code, int bits) {
        this.code = code;
        this.bits = bits;
    }

    /** ONNX's number of this type. */
    public int code() {
        return code;
    }

    /** Bits per element; 0 for {@link #STRING}. */
    public int bits() {
        return bits;
    }

    /**
     * Bytes that {@code elements} elements take, packed.
     *
     * @throws ArithmeticException if the size exceeds a {@code long}
     */
    public long bytes(long elements) {
        return bits >= 8
                ? Math.multiplyExact(elements, bits / 8)
                : Math.addExact(Math.multiplyExact(elements, bits), 7) / 8;
    }

    /** True for the floating-point types of any width. */
    public boolean isFloat() {
        return switch (this) {
            case FLOAT,
                    DOUBLE,
                    FLOAT16,
                    BFLOAT16,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    FLOAT4E2M1,
                    FLOAT8E8M0 ->
                    true;
            default -> false;
        };
    }

    /** True for the signed and unsigned integers of any width; false for {@link #BOOL}. */
    public boolean isInteger() {
        return switch (this) {
            case UINT2,
                    INT2,
                    UINT4,
                    INT4,
                    UINT8,
                    INT8,
                    UINT16,
                    INT16,
                    UINT32,
                    INT32,
                    UINT64,
                    INT64 ->
                    true;
            default -> false;
        };
    }

    /**
     * The type with ONNX's number {@code code}.
     *
     * @throws IllegalArgumentException if ONNX knows no such type
     */
    public static DataType ofCode(int code) {
        if (code <= 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("unknown ONNX tensor element type " + code);
        }
        return BY_CODE[code];
    }

    private static DataType[] byCode() {
        DataType[] table = new DataType[values().length + 1];
        for (DataType type : values()) {
            table[type.code] = type;
        }
        return table;
    }
}
