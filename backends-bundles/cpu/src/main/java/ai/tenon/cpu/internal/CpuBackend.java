package ai.tenon.cpu.internal;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendDescription.QuantizationInput;
import ai.tenon.backend.BackendDescription.Trait;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.KnownSettings;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.QuantizationContract;
import ai.tenon.backend.QuantizationContract.Granularity;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.plan.Weights;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/** Runs models with Tenon's own kernels. */
@Component(
        immediate = true,
        configurationPid = "ai.tenon.cpu",
        configurationPolicy = ConfigurationPolicy.OPTIONAL)
public final class CpuBackend implements Backend {
    /** The system property that names the instruction set to use, for tests. */
    private static final String ISA = "tenon.cpu.isa";

    private static final String NAME = "cpu";
    private static final String PRECISION = "precision";
    private static final KnownSettings SETTINGS = KnownSettings.of(PRECISION);

    private static final long ROOM = 64L << 20;
    private static final int ROOM_FACTOR = 8;

    private final Engine engine;
    private final BackendDescription description;
    private final Preparations preparations = new Preparations();
    private final Verdicts verdicts = new Verdicts();

    /** What can be configured. */
    @interface Config {
        /**
         * Threads that may work at the same time, callers not counted; 0: one less than processors.
         */
        int threads() default 0;

        /** Whether threads are bound to processors. */
        boolean pin() default false;
    }

    @Activate
    public CpuBackend(Config config) {
        this(System.getProperty(ISA, ""), helpers(config.threads()), config.pin());
    }

    CpuBackend(String isa, int threads, boolean pin) {
        engine = Engine.open(isa, threads, pin);
        Set<Granularity> perTensorOrChannel =
                Set.of(Granularity.PER_TENSOR, Granularity.PER_CHANNEL);
        description =
                BackendDescription.builder(
                                NAME,
                                "CPU ("
                                        + System.getProperty("os.arch")
                                        + ", "
                                        + engine.isa()
                                        + ", "
                                        + Runtime.getRuntime().availableProcessors()
                                        + " cores)")
                        .quantizationInput(QuantizationInput.ACCEPTS_QDQ)
                        .quantization(
                                new QuantizationContract(
                                        DataType.UINT8, DataType.INT8, false, perTensorOrChannel))
                        .quantization(
                                new QuantizationContract(
                                        DataType.INT8, DataType.INT8, false, perTensorOrChannel))
                        .settings(SETTINGS)
                        .trait(Trait.CANCEL)
                        .trait(Trait.PARALLEL_CONTEXTS)
                        .trait(Trait.CALLER_OUTPUTS)
                        .property("isa", engine.isa())
                        .property("isa.present", engine.present())
                        .build();
    }

    /** Prepared models that wait for being compiled. */
    int waiting() {
        return preparations.size();
    }

    private static int helpers(int configured) {
        return configured > 0
                ? configured
                : Math.max(0, Runtime.getRuntime().availableProcessors() - 1);
    }

    @Deactivate
    void close() {
        engine.close();
    }

    @Override
    public BackendDescription description() {
        return description;
    }

    @Override
    public SupportReport support(ModelSource source) throws BackendException {
        if (verdicts.isComplete(source)) {
            return SupportReport.ALL;
        }
        SupportReport report = Support.report(source, engine, preparations);
        if (report.isComplete()) {
            verdicts.addComplete(source);
        }
        return report;
    }

    @Override
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        SETTINGS.require(NAME, source, options);
        Lowering.Options lowering = new Lowering.Options(isBf16(source, options), true);
        PackedStore store = PackedStore.of(source, options, lowering, engine);
        PreparedModel model = new PreparedModel(source, preparations.take(source));
        Executable kept = store == null ? null : kept(source, model, options, lowering, store);
        if (kept != null) {
            return kept;
        }
        Signature signature = Signature.of(source.model());
        monitor.progress("prepare", 0.1);
        Model prepared = model.model(monitor);
        monitor.progress("pack", 0.5);
        Weights weights = Weights.empty(engine, ROOM + ROOM_FACTOR * weightBytes(prepared));
        Plans plans = new Plans(source.name(), engine, signature, model, weights, lowering, store);
        try {
            long[][] shapes = Shapes.declared(signature, options);
            if (shapes != null && plans.of(shapes) != null && isStatic(signature)) {
                model.release();
            }
        } catch (BackendException | RuntimeException | Error e) {
            plans.close();
            weights.close();
            throw e;
        }
        return new CpuExecutable(signature, plans, threads(options));
    }

    /** What an earlier compilation left; the model itself is read only for shapes that are new. */
    private Executable kept(
            ModelSource source,
            PreparedModel model,
            CompileOptions options,
            Lowering.Options lowering,
            PackedStore store)
            throws BackendException {
        PackedFile file = store.kept();
        Weights weights = file == null ? null : store.weights(engine);
        if (weights == null) {
            return null;
        }
        if (isStatic(file.signature())) {
            model.release();
        }
        Plans plans =
                new Plans(source.name(), engine, file.signature(), model, weights, lowering, store);
        plans.add(file.plans());
        return new CpuExecutable(file.signature(), plans, threads(options));
    }

    private int threads(CompileOptions options) {
        return Math.min(options.threads(), engine.threads() + 1);
    }

    /** True if inputs have the declared shapes or none. */
    private static boolean isStatic(Signature signature) {
        return signature.inputs().stream()
                .allMatch(input -> input.shape() != null && input.shape().isStatic());
    }

    private static boolean isBf16(ModelSource source, CompileOptions options)
            throws BackendException {
        String precision = options.settings().getOrDefault(PRECISION, "fp32");
        if (!precision.equals("fp32") && !precision.equals("bf16")) {
            throw new BackendException(
                    ErrorClass.FATAL,
                    "model '"
                            + source.name()
                            + "': backend '"
                            + NAME
                            + "' has no precision '"
                            + precision
                            + "'; it can be fp32 or bf16");
        }
        return precision.equals("bf16");
    }

    private static long weightBytes(Model model) {
        long bytes = 0;
        for (Value value : model.graph().initializers()) {
            bytes += value.constant() instanceof Tensor tensor ? tensor.byteSize() : 0;
        }
        return bytes;
    }
}
