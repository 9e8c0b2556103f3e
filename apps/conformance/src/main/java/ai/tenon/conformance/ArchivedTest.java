package ai.tenon.conformance;

import ai.tenon.backend.ModelSource;
import ai.tenon.model.ModelFormat;
import ai.tenon.samples.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A test out of an archive, held in memory.
 *
 * @param files by path below the test's folder
 */
record ArchivedTest(String name, SortedMap<String, byte[]> files) implements TestCase {
    @Override
    public ModelSource model(ModelFormat format) throws IOException {
        byte[] bytes = files.get("model.onnx");
        return ModelSource.ofModel(
                name, Hashes.of(bytes), format.read(ByteBuffer.wrap(bytes)), format);
    }

    @Override
    public List<TestData<ByteBuffer>> dataSets() throws IOException {
        SortedMap<String, ByteBuffer> buffers = new TreeMap<>();
        files.forEach((path, bytes) -> buffers.put(path, ByteBuffer.wrap(bytes)));
        return TestData.of(buffers);
    }
}
