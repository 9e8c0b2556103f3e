package ai.tenon.evaluation.internal.recipe;

import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.optimize.GraphPass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The order in which passes run: by stage, then as they wish among themselves, then by name. */
public final class PassOrder {
    private PassOrder() {}

    /** The passes in their order. Wishes that contradict each other are not heeded. */
    public static List<Versioned<GraphPass>> of(Collection<Versioned<GraphPass>> passes) {
        List<Versioned<GraphPass>> left = new ArrayList<>(passes);
        left.sort(
                Comparator.comparing((Versioned<GraphPass> pass) -> pass.service().stage())
                        .thenComparing(Versioned::name));
        List<Versioned<GraphPass>> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            Versioned<GraphPass> next =
                    left.stream()
                            .filter(pass -> waitsForNone(pass, left))
                            .findFirst()
                            .orElse(left.get(0));
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    private static boolean waitsForNone(
            Versioned<GraphPass> pass, List<Versioned<GraphPass>> left) {
        return left.stream()
                .noneMatch(
                        other ->
                                other.service().stage().compareTo(pass.service().stage()) < 0
                                        || other.service().stage() == pass.service().stage()
                                                && pass.service().after().contains(other.name()));
    }
}
