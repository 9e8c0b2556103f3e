package ai.tenon.conformance;

import ai.tenon.backend.ModelSource;
import ai.tenon.model.ModelFormat;
import ai.tenon.samples.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** One backend test: a model and data sets of inputs with the outputs that they have to give. */
interface TestCase {
    /** As in {@code test_add}. */
    String name();

    /**
     * @throws IOException if the model cannot be read
     */
    ModelSource model(ModelFormat format) throws IOException;

    /**
     * @throws IOException if the data cannot be read, is too large or has gaps
     */
    List<TestData<ByteBuffer>> dataSets() throws IOException;
}
