package ai.tenon.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes small tar archives for tests. */
final class TarFile {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TarFile add(String name, byte[] contents) {
        return add(name, contents, contents.length, '0');
    }

    /** With a header that may lie about the size. */
    TarFile add(String name, byte[] contents, long size, char kind) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 124, String.format("%011o\0", size));
        header[156] = (byte) kind;
        put(header, 257, "ustar");
        put(header, 148, "        ");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        out.writeBytes(header);
        out.writeBytes(contents);
        out.writeBytes(new byte[(512 - contents.length % 512) % 512]);
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(out.toByteArray());
        whole.writeBytes(new byte[1024]);
        return whole.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
