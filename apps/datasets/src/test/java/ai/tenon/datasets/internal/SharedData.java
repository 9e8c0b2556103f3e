package ai.tenon.datasets.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The published files, which are no part of the project; without them a test is skipped. */
public final class SharedData {
    private SharedData() {}

    /** A folder of the shared data. */
    public static Path folder(String name) {
        String configured = System.getProperty("tenon.shared.data");
        String root = System.getProperty("tenon.root");
        Assumptions.assumeTrue(configured != null || root != null, "no shared data");
        Path data =
                configured != null ? Path.of(configured) : Path.of(root, "..", "shared", "data");
        Path folder = data.resolve(name).normalize();
        Assumptions.assumeTrue(Files.isDirectory(folder), () -> "no shared data at " + folder);
        return folder;
    }

    /** A file of a test dependency. */
    public static byte[] resource(String name) throws IOException {
        try (InputStream in = SharedData.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
