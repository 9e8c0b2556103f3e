package ai.tenon.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A line of values, separated by one blank: UTF-8 in which everything but visible ASCII, and the
 * percent sign, is written as {@code %XX}; a percent sign alone is the empty value.
 */
public final class Fields {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Fields() {}

    /** Writes a line, without its end. */
    public static String line(Object... values) {
        StringBuilder line = new StringBuilder();
        for (Object value : values) {
            if (line.length() > 0) {
                line.append(' ');
            }
            escape(value.toString(), line);
        }
        return line.toString();
    }

    private static void escape(String value, StringBuilder out) {
        if (value.isEmpty()) {
            out.append('%');
        }
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 127 && b != '%') {
                out.append((char) b);
            } else {
                out.append('%').append(HEX.toHexDigits(b));
            }
        }
    }

    /**
     * Reads a line.
     *
     * @throws StoreException if it was not written by {@link #line}
     */
    public static List<String> parse(String line) throws StoreException {
        List<String> values = new ArrayList<>();
        for (String value : line.split(" ", -1)) {
            values.add(value.equals("%") ? "" : unescape(value));
        }
        return values;
    }

    private static String unescape(String value) throws StoreException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        try {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '%') {
                    bytes.write(Integer.parseInt(value, i + 1, i + 3, 16));
                    i += 2;
                } else if (c > ' ' && c < 127) {
                    bytes.write(c);
                } else {
                    throw new StoreException("an unescaped character in '" + value + "'");
                }
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (IndexOutOfBoundsException | NumberFormatException | CharacterCodingException e) {
            throw new StoreException("a broken escape in '" + value + "'", e);
        }
    }
}
