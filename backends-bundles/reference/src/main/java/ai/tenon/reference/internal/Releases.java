package ai.tenon.reference.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds after which step each value is no longer needed. */
final class Releases {
    private Releases() {}

    /**
     * The steps with their releases. Only what the steps themselves computed is released: inputs,
     * constants and what comes from graphs around is not theirs.
     */
    static List<Step> plan(List<Step> steps, int[] inputs, int[] outputs) {
        Set<Integer> own = new HashSet<>();
        steps.forEach(step -> add(own, step.outputs()));
        Set<Integer> needed = new HashSet<>();
        add(needed, outputs);
        List<Step> planned = new ArrayList<>(steps);
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            Set<Integer> touched = new HashSet<>();
            add(touched, step.inputs());
            add(touched, step.captured());
            add(touched, step.outputs());
            touched.retainAll(own);
            touched.removeAll(needed);
            needed.addAll(touched);
            planned.set(
                    i,
                    new Step(
                            step.label(),
                            step.kernel(),
                            step.inputs(),
                            step.outputs(),
                            step.captured(),
                            touched.stream().mapToInt(Integer::intValue).toArray()));
        }
        return planned;
    }

    /** Every slot that a bound subgraph names. */
    static Set<Integer> read(Plan plan) {
        Set<Integer> slots = new HashSet<>();
        for (Step step : plan.steps()) {
            add(slots, step.inputs());
            add(slots, step.captured());
        }
        add(slots, plan.outputs());
        return slots;
    }

    private static void add(Set<Integer> to, int[] slots) {
        Arrays.stream(slots).filter(slot -> slot >= 0).forEach(to::add);
    }
}
