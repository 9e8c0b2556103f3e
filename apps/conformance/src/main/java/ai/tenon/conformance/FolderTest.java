package ai.tenon.conformance;

import ai.tenon.backend.ModelSource;
import ai.tenon.model.ModelFormat;
import ai.tenon.samples.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A test that is a folder; links in it are not followed. */
record FolderTest(Path folder) implements TestCase {
    private static final long MAX_BYTES = 1L << 30;

    /** True if the folder holds a model. */
    static boolean is(Path folder) {
        return Files.isRegularFile(folder.resolve("model.onnx"), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public String name() {
        return folder.toAbsolutePath().normalize().getFileName().toString();
    }

    @Override
    public ModelSource model(ModelFormat format) throws IOException {
        Path file = folder.resolve("model.onnx");
        return ModelSource.ofFile(name(), Hashes.of(Files.readAllBytes(file)), file, format);
    }

    @Override
    public List<TestData<ByteBuffer>> dataSets() throws IOException {
        SortedMap<String, ByteBuffer> files = new TreeMap<>();
        long bytes = 0;
        try (Stream<Path> paths = Files.walk(folder, 2)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = folder.relativize(path).toString().replace('\\', '/');
                if (TestData.FILE.matcher(name).matches()
                        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    bytes += Files.size(path);
                    if (bytes > MAX_BYTES) {
                        throw new IOException("test data of more than 1 GiB in " + folder);
                    }
                    files.put(name, ByteBuffer.wrap(Files.readAllBytes(path)));
                }
            }
        }
        return TestData.of(files);
    }
}
