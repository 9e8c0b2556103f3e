package ai.tenon.samples.npy;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The header of a {@code .npy} file, NumPy format versions 1 to 3.
 *
 * @param bigEndian true if the elements have to be turned round
 */
record NpyHeader(DataType type, boolean bigEndian, long[] shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LARGEST = 64 * 1024;
    private static final int HIGHEST_RANK = 32;
    private static final int ALIGNMENT = 64;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{1,16})'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");
    private static final Map<String, DataType> TYPES =
            Map.ofEntries(
                    Map.entry("f2", DataType.FLOAT16),
                    Map.entry("f4", DataType.FLOAT),
                    Map.entry("f8", DataType.DOUBLE),
                    Map.entry("i1", DataType.INT8),
                    Map.entry("i2", DataType.INT16),
                    Map.entry("i4", DataType.INT32),
                    Map.entry("i8", DataType.INT64),
                    Map.entry("u1", DataType.UINT8),
                    Map.entry("u2", DataType.UINT16),
                    Map.entry("u4", DataType.UINT32),
                    Map.entry("u8", DataType.UINT64),
                    Map.entry("b1", DataType.BOOL));

    /** Reads up to where the elements start. */
    static NpyHeader read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        byte[] magic = new byte[MAGIC.length];
        try {
            data.readFully(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new IOException("is no .npy file; write it with numpy.save");
            }
            int major = data.readUnsignedByte();
            data.readUnsignedByte();
            if (major < 1 || major > 3) {
                throw new IOException("has .npy format version " + major + "; 1 to 3 can be read");
            }
            long length =
                    major == 1
                            ? Short.toUnsignedLong(Short.reverseBytes(data.readShort()))
                            : Integer.toUnsignedLong(Integer.reverseBytes(data.readInt()));
            if (length > LARGEST) {
                throw new IOException(
                        "has a header of " + length + " bytes; " + LARGEST + " are allowed");
            }
            byte[] text = new byte[(int) length];
            data.readFully(text);
            return parse(new String(text, StandardCharsets.UTF_8));
        } catch (EOFException e) {
            throw new IOException("ends within its header", e);
        }
    }

    private static NpyHeader parse(String text) throws IOException {
        String descr = field(DESCR, text, "descr");
        DataType type = TYPES.get(descr.substring(1));
        if (type == null || "<>|=".indexOf(descr.charAt(0)) < 0) {
            throw new IOException(
                    "holds elements '"
                            + descr
                            + "'; numbers and booleans of fixed size can be read");
        }
        long[] shape = shape(field(SHAPE, text, "shape"));
        if (field(ORDER, text, "fortran_order").equals("True") && shape.length > 1) {
            throw new IOException("is in Fortran order; write it with numpy.ascontiguousarray");
        }
        return new NpyHeader(type, descr.charAt(0) == '>', shape);
    }

    private static String field(Pattern pattern, String text, String name) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("has no '" + name + "' that can be read in its header");
        }
        return matcher.group(1);
    }

    private static long[] shape(String text) throws IOException {
        String[] parts = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*");
        if (parts.length > HIGHEST_RANK) {
            throw new IOException(
                    "has " + parts.length + " dimensions; " + HIGHEST_RANK + " are allowed");
        }
        try {
            return Arrays.stream(parts).mapToLong(Long::parseLong).toArray();
        } catch (NumberFormatException e) {
            throw new IOException("has a shape that cannot be read: (" + text + ")", e);
        }
    }

    /** The header as bytes: version 1, padded so that the elements are aligned. */
    byte[] encoded() throws IOException {
        String descr =
                TYPES.entrySet().stream()
                        .filter(entry -> entry.getValue() == type)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow(
                                () -> new IOException("NumPy has no elements of type " + type));
        String dims =
                Arrays.stream(shape)
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(", ", "(", shape.length == 1 ? ",)" : ")"));
        String text =
                String.format(
                        "{'descr': '%s%s', 'fortran_order': False, 'shape': %s, }",
                        type.bits() > 8 ? "<" : "|", descr, dims);
        int before = MAGIC.length + 4;
        int padding = ALIGNMENT - (before + text.length() + 1) % ALIGNMENT;
        String padded = text + " ".repeat(padding % ALIGNMENT) + "\n";
        byte[] bytes = Arrays.copyOf(MAGIC, before + padded.length());
        bytes[6] = 1;
        bytes[8] = (byte) padded.length();
        bytes[9] = (byte) (padded.length() >> 8);
        System.arraycopy(
                padded.getBytes(StandardCharsets.US_ASCII), 0, bytes, before, padded.length());
        return bytes;
    }

    /**
     * Bytes of a tensor of this type.
     *
     * @throws IOException if no tensor can be that large
     */
    long bytesOf(long[] shapeOfPart) throws IOException {
        try {
            return type.bytes(Tensor.elements(shapeOfPart));
        } catch (IllegalArgumentException e) {
            throw new IOException("is too large: " + e.getMessage(), e);
        }
    }

    /** A tensor over elements as they stand in the file, which are turned round where needed. */
    Tensor tensor(long[] shapeOfPart, byte[] elements) {
        if (bigEndian) {
            reverse(elements, type.bits() / Byte.SIZE);
        }
        return Tensor.of(type, shapeOfPart, ByteBuffer.wrap(elements));
    }

    private static void reverse(byte[] bytes, int width) {
        for (int start = 0; start < bytes.length; start += width) {
            for (int i = 0; i < width / 2; i++) {
                byte swapped = bytes[start + i];
                bytes[start + i] = bytes[start + width - 1 - i];
                bytes[start + width - 1 - i] = swapped;
            }
        }
    }
}
