package ai.tenon.core.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.SeededInputs;
import ai.tenon.backend.Signature;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.InferenceException;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.model.Recipe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Warms a new executable up and holds its answers to seeded inputs against golden ones: those that
 * the deployment before it gave. A first deployment has none; it is checked for shapes and finite
 * values and labelled {@code unchecked}.
 */
final class GoldenCheck {
    /** Deployments without quantization differ by rounding only. */
    private static final Bound EXACT = new Bound(0.9999, 1e-3);

    /** Backends round differently inside quantized layers, too. */
    private static final Bound SAME_SCHEME = new Bound(0.999, Double.POSITIVE_INFINITY);

    /** Random inputs judge quantization harshly; this finds what is broken, not what is worse. */
    private static final Bound OTHER_SCHEME = new Bound(0.9, Double.POSITIVE_INFINITY);

    private static final int WARM_UP_RUNS = 2;

    /** Answers to seeded inputs, with the model and the recipe that gave them. */
    record Golden(String modelSha256, Recipe recipe, Tensor[] inputs, Tensor[] outputs) {}

    /** How far answers may lie from golden ones. */
    private record Bound(double cosine, double difference) {}

    /** What checking yields: a label for people, and golden tensors for whoever comes next. */
    record Verdict(String label, Golden golden) {}

    private GoldenCheck() {}

    /**
     * Runs the pool's executable on seeded inputs.
     *
     * @param golden of the same endpoint, if there are any
     * @throws CheckFailed if it does not run, or answers otherwise; the message says how
     */
    static Verdict run(
            DeploymentSpec spec, Signature signature, ContextPool contexts, Golden golden)
            throws CheckFailed {
        boolean comparable = golden != null && golden.modelSha256().equals(spec.model().sha256());
        Tensor[] inputs;
        try {
            inputs = comparable ? golden.inputs() : SeededInputs.of(signature, spec.settings());
        } catch (IllegalArgumentException e) {
            throw new CheckFailed(e.getMessage(), e);
        }
        Tensor[] outputs = runs(spec.name(), signature, contexts, inputs);
        for (int i = 0; i < outputs.length; i++) {
            if (!signature.outputs().get(i).accepts(outputs[i])) {
                throw new CheckFailed(
                        "output " + signature.outputs().get(i) + " came as " + outputs[i], null);
            }
            if (!Agreement.isFinite(outputs[i])) {
                throw new CheckFailed(
                        "output '"
                                + signature.outputs().get(i).name()
                                + "' of seeded inputs is not finite",
                        null);
            }
        }
        Golden own = new Golden(spec.model().sha256(), spec.recipe(), inputs, outputs);
        if (!comparable) {
            return new Verdict("unchecked", own);
        }
        Agreement agreement = Agreement.EQUAL;
        for (int i = 0; i < outputs.length; i++) {
            agreement = agreement.and(Agreement.between(golden.outputs()[i], outputs[i]));
        }
        Bound bound = bound(golden.recipe(), spec.recipe());
        if (agreement.cosine() < bound.cosine() || agreement.difference() > bound.difference()) {
            throw new CheckFailed(
                    "answers differ from those before: "
                            + agreement
                            + "; allowed are cosine "
                            + bound.cosine()
                            + ", difference "
                            + bound.difference(),
                    null);
        }
        return new Verdict(
                agreement.toString(), golden.recipe().equals(spec.recipe()) ? golden : own);
    }

    private static Bound bound(Recipe before, Recipe now) {
        if (before.scheme().isEmpty() && now.scheme().isEmpty()) {
            return EXACT;
        }
        return before.equals(now) ? SAME_SCHEME : OTHER_SCHEME;
    }

    private static Tensor[] runs(
            String endpoint, Signature signature, ContextPool contexts, Tensor[] inputs)
            throws CheckFailed {
        ExecutionContext context;
        try {
            context = contexts.acquire(endpoint, new RunControl());
        } catch (InferenceException e) {
            throw new CheckFailed(e.getMessage(), e);
        }
        try {
            for (int run = 0; run < WARM_UP_RUNS; run++) {
                context.run(inputs, new RunControl());
            }
            Tensor[] outputs = new Tensor[signature.outputs().size()];
            for (int i = 0; i < outputs.length; i++) {
                outputs[i] = copy(context.output(i));
            }
            return outputs;
        } catch (BackendException | RuntimeException | Error e) {
            throw new CheckFailed(
                    "it does not run on seeded inputs: "
                            + Trouble.words(e)
                            + "; if it needs other shapes, deploy with a setting such as shape.INPUT=1x128",
                    e);
        } finally {
            contexts.release(context);
        }
    }

    private static Tensor copy(Tensor tensor) {
        if (tensor.type() == DataType.STRING) {
            return Tensor.ofStrings(tensor.strings().clone(), tensor.shape());
        }
        ByteBuffer copy = ByteBuffer.allocate(tensor.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(tensor.buffer().duplicate()).flip();
        return Tensor.of(tensor.type(), tensor.shape(), copy);
    }

    /** A deployment did not pass; the message says why, without naming model or backend. */
    static final class CheckFailed extends Exception {
        private static final long serialVersionUID = 1L;

        CheckFailed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
