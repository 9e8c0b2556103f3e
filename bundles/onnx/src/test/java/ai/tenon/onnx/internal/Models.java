package ai.tenon.onnx.internal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/** Where the tests find models. */
final class Models {
    private static final int TAR_BLOCK = 512;
    private static final int MAX_ENTRY = 256 << 20;

    private Models() {}

    /** The sentence embedding model all-MiniLM-L6-v2, copied into a folder. */
    static Path miniLm(Path folder) throws IOException {
        Path file = folder.resolve("all-minilm-l6-v2.onnx");
        try (InputStream in = Models.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            Files.copy(in, file);
        }
        return file;
    }

    /** The folder of data that is too large for the repository; the test is skipped without it. */
    static Path sharedData() {
        String configured = System.getProperty("tenon.shared.data");
        String root = System.getProperty("tenon.root");
        Assumptions.assumeTrue(configured != null || root != null, "no shared data");
        Path folder =
                configured == null ? Path.of(root, "..", "shared", "data") : Path.of(configured);
        Assumptions.assumeTrue(Files.isDirectory(folder), () -> "no shared data at " + folder);
        return folder;
    }

    /** Visits every file of ONNX's conformance suite; the test is skipped without it. */
    static void conformance(Visitor visitor) throws Exception {
        Path folder = sharedData().resolve("onnx-conformance");
        Assumptions.assumeTrue(Files.isDirectory(folder), "no conformance suite");
        try (var archives = Files.newDirectoryStream(folder, "*.tar.gz")) {
            for (Path archive : archives) {
                try (InputStream in =
                        new BufferedInputStream(
                                new GZIPInputStream(Files.newInputStream(archive), 1 << 16))) {
                    untar(in, visitor);
                }
            }
        }
    }

    private static void untar(InputStream in, Visitor visitor) throws Exception {
        String longName = null;
        while (true) {
            byte[] header = in.readNBytes(TAR_BLOCK);
            if (header.length < TAR_BLOCK || header[0] == 0) {
                return;
            }
            long size = Long.parseLong(text(header, 124, 12).trim(), 8);
            if (size > MAX_ENTRY) {
                throw new IOException("an entry of " + size + " bytes");
            }
            byte[] content = in.readNBytes((int) size);
            in.skipNBytes((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
            String prefix = text(header, 345, 155);
            String name = (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
            char type = (char) header[156];
            if (type == 'x') {
                String pax = new String(content, StandardCharsets.UTF_8);
                int at = pax.indexOf(" path=");
                longName = at < 0 ? null : pax.substring(at + 6, pax.indexOf('\n', at));
            } else if (type == '0') {
                visitor.visit(longName == null ? name : longName, content);
                longName = null;
            }
        }
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    interface Visitor {
        void visit(String name, byte[] content) throws Exception;
    }
}
