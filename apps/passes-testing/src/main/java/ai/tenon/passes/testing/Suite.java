package ai.tenon.passes.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.conformance.Conformance;
import ai.tenon.conformance.ConformanceReport;
import ai.tenon.conformance.Tolerance;
import ai.tenon.graph.Model;
import ai.tenon.model.ModelFormat;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.optimize.GraphPass;
import ai.tenon.reference.internal.ReferenceBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** ONNX's node tests, run on the reference backend with every model rewritten by passes. */
public final class Suite {
    private final ModelFormat format = new OnnxFormat();
    private final Backend reference = new ReferenceBackend();
    private final ToIntFunction<Model> rewriting;
    private int changes;

    private Suite(ToIntFunction<Model> rewriting) {
        this.rewriting = rewriting;
    }

    /**
     * Every test that the reference backend passes is passed after the passes, too.
     *
     * @return number of changes that the passes made
     */
    public static int assertPassed(GraphPass... passes) throws IOException {
        return assertPassed(
                model ->
                        Stream.of(passes)
                                .mapToInt(pass -> pass.apply(model, Map.of()).changes())
                                .sum());
    }

    /** As {@link #assertPassed(GraphPass...)}, for what rewrites a model and counts its changes. */
    public static int assertPassed(ToIntFunction<Model> rewriting) throws IOException {
        Path archive = archive();
        Suite suite = new Suite(rewriting);
        Conformance plain = new Conformance(suite.reference, suite.format, Tolerance.ONNX);
        Conformance rewritten =
                new Conformance(suite.new Rewriting(), suite.format, Tolerance.ONNX);
        ConformanceReport before = plain.run(archive, each -> {});
        ConformanceReport after = rewritten.run(archive, each -> {});
        assertEquals(before.failures(), after.failures());
        assertEquals(before.unsupportedTests(), after.unsupportedTests());
        return suite.changes;
    }

    private static Path archive() throws IOException {
        try (Stream<Path> files = Files.list(RealModels.sharedData().resolve("onnx-conformance"))) {
            return files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private ModelSource rewritten(ModelSource source) throws BackendException {
        if (!reference.support(source).isComplete()) {
            return source;
        }
        Model model = source.model().copy();
        changes += rewriting.applyAsInt(model);
        try {
            Model read = format.read(format.write(model));
            return ModelSource.ofModel(source.name(), "", read, format);
        } catch (ModelFormatException e) {
            throw new BackendException(BackendException.ErrorClass.FATAL, e.getMessage(), e);
        }
    }

    private final class Rewriting implements Backend {
        @Override
        public BackendDescription description() {
            return reference.description();
        }

        @Override
        public SupportReport support(ModelSource source) throws BackendException {
            return reference.support(source);
        }

        @Override
        public Executable compile(
                ModelSource source, CompileOptions options, CompileMonitor monitor)
                throws BackendException {
            return reference.compile(rewritten(source), options, monitor);
        }
    }
}
