package ai.tenon.conformance;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a tar archive from front to back: ustar with pax names, regular files only. */
final class Tar {
    private static final int BLOCK = 512;
    private static final int MAX_NAME_RECORD = 1 << 16;

    private final InputStream in;
    private long size;

    Tar(InputStream in) {
        this.in = in;
    }

    /**
     * Goes on to the next regular file; the one before has to be read or skipped.
     *
     * @return its name; null at the end
     */
    String next() throws IOException {
        String paxName = null;
        while (true) {
            byte[] header = in.readNBytes(BLOCK);
            if (header.length == 0 || header.length == BLOCK && allZero(header)) {
                return null;
            }
            if (header.length < BLOCK) {
                throw new EOFException("the archive ends within a header");
            }
            checkSum(header);
            size = number(header, 124, 12);
            switch (header[156]) {
                case '0', 0 -> {
                    return paxName != null ? paxName : name(header);
                }
                case 'x' -> paxName = paxName(read(MAX_NAME_RECORD));
                case 'L' -> paxName = text(read(MAX_NAME_RECORD), 0, MAX_NAME_RECORD);
                default -> {
                    skip();
                    paxName = header[156] == 'g' ? paxName : null;
                }
            }
        }
    }

    /** Size of the current file in bytes. */
    long size() {
        return size;
    }

    /**
     * The current file's contents.
     *
     * @throws IOException if they exceed {@code max} bytes
     */
    byte[] read(long max) throws IOException {
        if (size > max) {
            throw new IOException("an archive entry of " + size + " bytes exceeds " + max);
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new EOFException("the archive ends within a file");
        }
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        return bytes;
    }

    /** Passes over the current file. */
    void skip() throws IOException {
        in.skipNBytes(Math.addExact(size, (BLOCK - size % BLOCK) % BLOCK));
    }

    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        String prefix = text(header, 257, 5).equals("ustar") ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Pax records read {@code length key=value\n}. */
    private static String paxName(byte[] records) {
        for (String record : new String(records, StandardCharsets.UTF_8).split("\n")) {
            int path = record.indexOf(" path=");
            if (path >= 0) {
                return record.substring(path + 6);
            }
        }
        return null;
    }

    private static void checkSum(byte[] header) throws IOException {
        long sum = 8 * ' ';
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? 0 : header[i] & 0xff;
        }
        if (sum != number(header, 148, 8)) {
            throw new IOException("this is no tar archive, or it is damaged");
        }
    }

    private static long number(byte[] header, int from, int length) throws IOException {
        String digits = text(header, from, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 8) & Long.MAX_VALUE;
        } catch (NumberFormatException e) {
            throw new IOException("a tar header holds '" + digits + "' for a number", e);
        }
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < Math.min(bytes.length, from + length) && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private static boolean allZero(byte[] block) {
        return Arrays.equals(block, new byte[BLOCK]);
    }
}
