package ai.tenon.conformance;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Tensor;
import ai.tenon.model.ModelFormat;
import ai.tenon.samples.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs ONNX's backend tests on a backend. A test passes only if every output of every data set was
 * compared; what the backend refuses beforehand counts as unsupported, all else as failed.
 */
public final class Conformance {
    private static final long SECONDS_PER_RUN = 60;

    private final Backend backend;
    private final ModelFormat format;
    private final Comparison comparison;

    /**
     * @param format reads the tests' models and data
     */
    public Conformance(Backend backend, ModelFormat format, Tolerance tolerance) {
        this.backend = Objects.requireNonNull(backend, "backend");
        this.format = Objects.requireNonNull(format, "format");
        this.comparison = new Comparison(tolerance);
    }

    /**
     * Runs all tests in {@code tests}: a test's folder, a folder of such, or a tar archive (plain
     * or gzipped) with tests in a folder {@code node}.
     *
     * @param progress told of each test when it is done
     * @throws IOException if there are no tests, or they cannot be read
     */
    public ConformanceReport run(Path tests, Consumer<TestResult> progress) throws IOException {
        List<TestCase> cases = find(tests);
        if (cases.isEmpty()) {
            throw new IOException(
                    "no ONNX backend tests in "
                            + tests
                            + ": expected a folder with model.onnx, a folder of such, or an archive"
                            + " with node/*/model.onnx");
        }
        List<TestResult> results = new ArrayList<>();
        for (TestCase each : cases) {
            TestResult result = run(each);
            results.add(result);
            progress.accept(result);
        }
        return ConformanceReport.of(backend.description().name(), results);
    }

    private static List<TestCase> find(Path tests) throws IOException {
        if (!Files.isDirectory(tests)) {
            return TestArchive.read(tests);
        }
        if (FolderTest.is(tests)) {
            return List.of(new FolderTest(tests));
        }
        try (Stream<Path> folders = Files.list(tests)) {
            return folders.filter(FolderTest::is).sorted().<TestCase>map(FolderTest::new).toList();
        }
    }

    private TestResult run(TestCase test) {
        try {
            ModelSource source = test.model(format);
            SupportReport support = backend.support(source);
            if (!support.isComplete()) {
                String reasons = String.join("; ", support.reasons());
                return new TestResult(test.name(), Outcome.UNSUPPORTED, reasons);
            }
            List<TestData<ByteBuffer>> sets = test.dataSets();
            String problem = sets.isEmpty() ? "the test has no data" : null;
            try (Executable executable =
                            backend.compile(
                                    source,
                                    CompileOptions.builder().build(),
                                    CompileMonitor.SILENT);
                    ExecutionContext context = executable.newContext()) {
                for (int i = 0; i < sets.size() && problem == null; i++) {
                    problem = run(sets.get(i), executable.signature(), context);
                }
            }
            return problem == null
                    ? new TestResult(test.name(), Outcome.PASSED, "")
                    : new TestResult(test.name(), Outcome.FAILED, problem);
        } catch (BackendException e) {
            Outcome outcome =
                    e.errorClass() == ErrorClass.FALLBACK ? Outcome.UNSUPPORTED : Outcome.FAILED;
            return new TestResult(test.name(), outcome, e.getMessage());
        } catch (IOException | RuntimeException e) {
            return new TestResult(test.name(), Outcome.FAILED, e.toString());
        }
    }

    /** What is wrong with the results of a data set; null if nothing is. */
    private String run(TestData<ByteBuffer> set, Signature signature, ExecutionContext context)
            throws BackendException, IOException {
        if (set.inputs().size() != signature.inputs().size()
                || set.outputs().size() != signature.outputs().size()) {
            return set.name() + " does not have one file per input and output";
        }
        Tensor[] inputs = new Tensor[set.inputs().size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = tensor(set.inputs().get(i));
            if (!signature.inputs().get(i).accepts(inputs[i])) {
                return set.name()
                        + ", input "
                        + i
                        + " is "
                        + inputs[i]
                        + ", declared as "
                        + signature.inputs().get(i);
            }
        }
        RunControl control = new RunControl();
        control.reset(System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_PER_RUN));
        context.run(inputs, control);
        for (int i = 0; i < set.outputs().size(); i++) {
            String difference =
                    comparison.difference(context.output(i), tensor(set.outputs().get(i)));
            if (difference != null) {
                return set.name() + ", output " + i + ": " + difference;
            }
        }
        return null;
    }

    private Tensor tensor(ByteBuffer file) throws IOException {
        Datum datum = format.readValue(file.duplicate(), "tensor");
        if (datum instanceof Tensor tensor) {
            return tensor;
        }
        throw new IOException("test data that is no dense tensor");
    }
}
