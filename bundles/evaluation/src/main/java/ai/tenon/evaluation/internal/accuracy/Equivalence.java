package ai.tenon.evaluation.internal.accuracy;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.evaluation.Sample;
import ai.tenon.evaluation.internal.device.Device;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Compares what two models answer to the same few inputs: on the backend that is right rather than
 * fast, where it needs no more than a moment for them, else on the one that is measured.
 */
public final class Equivalence {
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(800);

    private static final double ROUNDING = 1e-5;

    private final Optional<Device> right;
    private final Device measured;
    private final List<Sample> samples;
    private Device chosen;

    /**
     * @param right the backend that is right, if it is here and runs the model
     * @param measured another one
     * @param samples to compare on
     */
    public Equivalence(Optional<Device> right, Device measured, List<Sample> samples) {
        this.right = right;
        this.measured = measured;
        this.samples = List.copyOf(samples);
    }

    /** How it compared, in words; empty if it had no need to. */
    public Optional<String> how() {
        return chosen == null
                ? Optional.empty()
                : Optional.of(
                        "What passes did was checked on "
                                + chosen.reference()
                                + (chosen == measured
                                        ? ": backend reference is not here, does not run the model"
                                                + " or is too slow for it."
                                        : "."));
    }

    /**
     * How far answers may move for no reason but the backend's own: one that is fast computes the
     * same in another order when the operators around it change.
     */
    public double noise() {
        return chosen == measured ? ROUNDING : 0;
    }

    /** What a model answers. */
    public List<Map<String, Tensor>> answers(Model model) throws BackendException {
        if (chosen == null && right.isPresent()) {
            try {
                List<Map<String, Tensor>> answers =
                        run(right.get(), model, System.nanoTime() + MOMENT);
                chosen = right.get();
                return answers;
            } catch (BackendException e) {
                // too slow, or it cannot: the other one will tell
            }
        }
        chosen = chosen == null ? measured : chosen;
        return run(chosen, model, Long.MAX_VALUE);
    }

    private List<Map<String, Tensor>> run(Device device, Model model, long deadline)
            throws BackendException {
        try (Executable executable = device.compile(model);
                ExecutionContext context = executable.newContext()) {
            RunControl control = new RunControl();
            control.reset(deadline);
            List<Map<String, Tensor>> answers = new ArrayList<>();
            for (Sample sample : samples) {
                context.run(
                        executable.signature().inputs().stream()
                                .map(spec -> sample.inputs().get(spec.name()))
                                .toArray(Tensor[]::new),
                        control);
                Map<String, Tensor> copies = new LinkedHashMap<>();
                for (int i = 0; i < executable.signature().outputs().size(); i++) {
                    copies.put(
                            executable.signature().outputs().get(i).name(),
                            Answers.copy(context.output(i)));
                }
                answers.add(copies);
            }
            return answers;
        }
    }

    /**
     * The largest absolute difference of an output, in units of that output's largest magnitude;
     * infinite if they cannot be compared.
     */
    public static double difference(
            List<Map<String, Tensor>> before, List<Map<String, Tensor>> after) {
        double worst = 0;
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).keySet().equals(after.get(i).keySet())) {
                return Double.POSITIVE_INFINITY;
            }
            for (Map.Entry<String, Tensor> output : before.get(i).entrySet()) {
                Tensor other = after.get(i).get(output.getKey());
                worst = Math.max(worst, difference(output.getValue(), other));
            }
        }
        return worst;
    }

    private static double difference(Tensor before, Tensor after) {
        if (!before.sameTypeAndShape(after)) {
            return Double.POSITIVE_INFINITY;
        }
        if (!before.type().isFloat()) {
            return before.contentEquals(after) ? 0 : Double.POSITIVE_INFINITY;
        }
        double[] a = Numbers.doubles(before);
        double[] b = Numbers.doubles(after);
        double worst = 0;
        for (int i = 0; i < a.length; i++) {
            if (a[i] != b[i] && !(Double.isNaN(a[i]) && Double.isNaN(b[i]))) {
                double difference = Math.abs(a[i] - b[i]);
                worst = Math.max(worst, Double.isNaN(difference) ? Double.MAX_VALUE : difference);
            }
        }
        double largest = Arrays.stream(a).filter(Double::isFinite).map(Math::abs).max().orElse(0);
        return largest == 0 ? worst : worst / largest;
    }
}
