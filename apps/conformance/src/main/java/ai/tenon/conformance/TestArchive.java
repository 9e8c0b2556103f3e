package ai.tenon.conformance;

import ai.tenon.samples.TestData;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * The node tests of an archive, as {@code git archive} makes it of ONNX. Nothing is unpacked onto
 * the disk; names serve as keys only.
 */
final class TestArchive {
    private static final Pattern NODE_TEST =
            Pattern.compile(
                    "(?:.*/)?node/([A-Za-z0-9_][A-Za-z0-9_.-]*)/(model\\.onnx|"
                            + TestData.FILE
                            + ")");
    private static final long MAX_FILE = 64L << 20;
    private static final long MAX_TOTAL = 512L << 20;
    private static final int MAX_ENTRIES = 200_000;

    private TestArchive() {}

    /**
     * @throws IOException if it is no tar archive, or larger than what a test suite may be
     */
    static List<TestCase> read(Path archive) throws IOException {
        SortedMap<String, SortedMap<String, byte[]>> tests = new TreeMap<>();
        long total = 0;
        int entries = 0;
        try (InputStream in = open(archive)) {
            Tar tar = new Tar(in);
            for (String name = tar.next(); name != null; name = tar.next()) {
                if (++entries > MAX_ENTRIES) {
                    throw new IOException("the archive has more than " + MAX_ENTRIES + " entries");
                }
                Matcher matcher = NODE_TEST.matcher(name);
                if (!matcher.matches()) {
                    tar.skip();
                    continue;
                }
                total += tar.size();
                if (total > MAX_TOTAL) {
                    throw new IOException("the archive's tests exceed " + MAX_TOTAL + " bytes");
                }
                tests.computeIfAbsent(matcher.group(1), key -> new TreeMap<>())
                        .put(matcher.group(2), tar.read(MAX_FILE));
            }
        }
        List<TestCase> cases = new ArrayList<>();
        tests.forEach(
                (name, files) -> {
                    if (files.containsKey("model.onnx")) {
                        cases.add(new ArchivedTest(name, files));
                    }
                });
        return cases;
    }

    private static InputStream open(Path archive) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        try {
            in.mark(2);
            boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            return gzip ? new GZIPInputStream(in, 1 << 16) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }
}
