package ai.tenon.conformance;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ModelSource;
import ai.tenon.graph.Model;
import ai.tenon.model.ModelFormat;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.reference.internal.ReferenceBackend;
import ai.tenon.samples.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs the node tests with their models rewritten, written to ONNX and read again. */
record Rewritten(Consumer<Model> rewriting) {

    /** The tests that the reference backend passes, but fails or refuses after the rewriting. */
    List<String> failures() throws IOException {
        Conformance conformance =
                new Conformance(new ReferenceBackend(), new OnnxFormat(), Tolerance.ONNX);
        List<String> failures = new ArrayList<>();
        for (TestCase test : TestArchive.read(Archive.get())) {
            if (conformance.run(test).outcome() != Outcome.PASSED) {
                continue;
            }
            TestResult result = conformance.run(new Changed(test, rewriting));
            if (result.outcome() != Outcome.PASSED) {
                failures.add(test.name() + ": " + result.reason());
            }
        }
        return failures;
    }

    private record Changed(TestCase test, Consumer<Model> rewriting) implements TestCase {
        @Override
        public String name() {
            return test.name();
        }

        @Override
        public ModelSource model(ModelFormat format) throws IOException {
            try {
                Model model = test.model(format).model();
                rewriting.accept(model);
                return ModelSource.ofModel(name(), "", format.read(format.write(model)), format);
            } catch (BackendException e) {
                throw new IOException(e);
            }
        }

        @Override
        public List<TestData<ByteBuffer>> dataSets() throws IOException {
            return test.dataSets();
        }
    }
}
