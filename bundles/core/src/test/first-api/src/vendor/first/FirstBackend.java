package vendor.first;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.QuantizationContract;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** What a vendor wrote against the first api: doubles its input. Never to be changed or compiled again. */
public final class FirstBackend implements Backend, BundleActivator {
    @Override
    public void start(BundleContext context) {
        context.registerService(Backend.class, this, null);
    }

    @Override
    public void stop(BundleContext context) {}

    @Override
    public BackendDescription description() {
        return BackendDescription.builder("first", "a chip of the first days (simulated)")
                .compileMode(BackendDescription.CompileMode.ONLINE)
                .partitionPolicy(BackendDescription.PartitionPolicy.WHOLE_GRAPH)
                .shapeSupport(BackendDescription.ShapeSupport.STATIC)
                .quantizationInput(BackendDescription.QuantizationInput.ACCEPTS_QDQ)
                .quantization(
                        new QuantizationContract(
                                DataType.UINT8,
                                DataType.INT8,
                                true,
                                Set.of(QuantizationContract.Granularity.PER_CHANNEL)))
                .memoryKind(BackendDescription.MemoryKind.DMA_BUF)
                .trait(BackendDescription.Trait.THREAD_BOUND)
                .trait(BackendDescription.Trait.CANCEL)
                .simulated(true)
                .property("driver", "1.0")
                .build();
    }

    @Override
    public SupportReport support(ModelSource source) throws BackendException {
        Map<Node, String> unsupported = new HashMap<>();
        for (Node node : source.model().graph().nodes()) {
            if (!node.qualifiedType().equals("Add")) {
                unsupported.put(node, "this chip only adds");
            }
        }
        return new SupportReport(unsupported, "");
    }

    @Override
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        Signature signature = Signature.of(source.model());
        monitor.progress("compile", 0.5);
        monitor.check();
        return new Executable() {
            @Override
            public Signature signature() {
                return signature;
            }

            @Override
            public ExecutionContext newContext() {
                return new Context();
            }

            @Override
            public void close() {}
        };
    }

    private static final class Context implements ExecutionContext {
        private final Thread owner = Thread.currentThread();
        private Tensor out;

        @Override
        public void run(Tensor[] inputs, RunControl control) throws BackendException {
            if (Thread.currentThread() != owner) {
                throw new BackendException(
                        BackendException.ErrorClass.FATAL, "called by another thread than its own", 107002, "no context", null);
            }
            if (control.shouldStop()) {
                throw new BackendException(BackendException.ErrorClass.CANCELLED, "stopped");
            }
            if (out == null || !out.sameTypeAndShape(inputs[0])) {
                out = Tensor.allocate(DataType.FLOAT, inputs[0].shape());
            }
            for (int i = 0; i < out.size(); i++) {
                out.buffer().putFloat(4 * i, 2 * inputs[0].buffer().getFloat(4 * i));
            }
        }

        @Override
        public Tensor output(int index) {
            return out;
        }

        @Override
        public void close() {}
    }
}
