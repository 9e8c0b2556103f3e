package ai.tenon.core.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
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
 * the deployment before it gave, within a {@link Tolerance}. A first deployment has none; it is
 * checked for shapes and finite values and labelled {@code unchecked}.
 */
final class GoldenCheck {
    private static final int WARM_UP_RUNS = 2;

    /** Answers to seeded inputs, with the model and the recipe that gave them. */
    record Golden(String modelSha256, Recipe recipe, Tensor[] inputs, Tensor[] outputs) {}

    /** What checking yields: a label for people, and golden tensors for whoever comes next. */
    record Verdict(String label, Golden golden) {}

    private GoldenCheck() {}

    /**
     * Runs the pool's executable on seeded inputs.
     *
     * @param source what was compiled; it is read only where there are golden answers to compare
     *     with
     * @param golden of the same endpoint, if there are any
     * @throws CheckFailed if it does not run, or answers otherwise; the message says how
     */
    static Verdict run(
            DeploymentSpec spec,
            ModelSource source,
            Signature signature,
            ContextPool contexts,
            Golden golden)
            throws CheckFailed {
        boolean comparable = golden != null && golden.modelSha256().equals(spec.model().sha256());
        Tensor[] inputs;
        try {
            SeededInputs.requireInputs(signature, spec.settings());
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
        Tolerance tolerance = tolerance(golden, spec, source);
        if (!tolerance.allows(agreement)) {
            throw new CheckFailed(
                    "answers differ from those before: " + agreement + "; " + tolerance, null);
        }
        return new Verdict(
                tolerance.isExact() ? agreement.toString() : agreement + "; " + tolerance,
                golden.recipe().equals(spec.recipe()) ? golden : own);
    }

    private static Tolerance tolerance(Golden golden, DeploymentSpec spec, ModelSource source)
            throws CheckFailed {
        try {
            return Tolerance.of(golden.recipe(), spec.recipe(), source.model());
        } catch (BackendException e) {
            throw new CheckFailed(
                    "what its answers may differ by is unknown: " + e.getMessage(), e);
        }
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
