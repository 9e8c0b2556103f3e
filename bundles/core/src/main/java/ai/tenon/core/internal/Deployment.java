package ai.tenon.core.internal;

import ai.tenon.backend.Executable;
import ai.tenon.backend.Signature;
import ai.tenon.core.internal.placement.Candidate;
import ai.tenon.core.internal.placement.CutExecutable;
import ai.tenon.core.internal.placement.Plan;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.PlacedPart;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A compiled model, with its contexts and those who use it: what an endpoint points to. Mostly one
 * backend runs it; where it is cut, several do.
 */
final class Deployment {
    private final DeploymentSpec spec;
    private final List<BackendEntry> backends;
    private final String label;
    private final String placement;
    private final List<PlacedPart> parts;

    /** Weakly: those that run no part may go, with their bundles' classes, while this serves. */
    private final Set<BackendEntry> choice = Collections.newSetFromMap(new WeakHashMap<>());

    private final Executable executable;
    private final Signature signature;
    private final ContextPool contexts;
    private final Leases leases = new Leases();
    private final String check;
    private final String recipeNote;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final long sinceMillis = System.currentTimeMillis();

    /**
     * @param plan what the first of {@code choice} and others run
     * @param choice the backends among which the plan was made, the preferred ones first
     * @param check what checking it against golden tensors said, for people
     * @param recipeNote what its recipe did; empty without one
     */
    Deployment(
            DeploymentSpec spec,
            Plan plan,
            List<BackendEntry> choice,
            Executable executable,
            ContextPool contexts,
            String check,
            String recipeNote) {
        this.spec = spec;
        this.choice.addAll(choice);
        this.placement = plan.summary();
        this.parts = plan.shown();
        this.backends = used(plan, choice);
        this.label = label(plan, choice);
        this.executable = executable;
        this.signature = executable.signature();
        this.contexts = contexts;
        this.check = check;
        this.recipeNote = recipeNote;
    }

    /** {@code name@version} of each backend that runs a part of {@code plan}, as people see it. */
    static String label(Plan plan, List<BackendEntry> choice) {
        return used(plan, choice).stream()
                .map(BackendEntry::label)
                .collect(Collectors.joining(" + "));
    }

    private static List<BackendEntry> used(Plan plan, List<BackendEntry> choice) {
        List<Candidate> used = plan.backends();
        return choice.stream().filter(used::contains).toList();
    }

    DeploymentSpec spec() {
        return spec;
    }

    /** What runs where, in a line; empty if one backend runs all of it. */
    String placement() {
        return placement;
    }

    /** What runs where, node by node; empty if one backend runs all of it. */
    List<PlacedPart> parts() {
        return parts;
    }

    /** The backends that run it, the preferred ones first. */
    List<BackendEntry> backends() {
        return backends;
    }

    /** {@code name@version} of each backend that runs it. */
    String label() {
        return label;
    }

    boolean isOn(BackendEntry entry) {
        return backends.contains(entry);
    }

    /** True if one of its backends is going away. */
    boolean isLeaving() {
        return backends.stream().anyMatch(BackendEntry::isLeaving);
    }

    /**
     * True if nothing better can be expected of placing the model anew.
     *
     * @param now the backends that may run it now, the preferred ones first
     */
    boolean isPlacedFor(List<BackendEntry> now) {
        if (now.get(0) != backends.get(0) || !now.containsAll(backends)) {
            return false;
        }
        // newcomers matter if they are preferred to one that runs a part
        int last = backends.stream().mapToInt(now::indexOf).max().orElseThrow();
        return choice.containsAll(now.subList(0, last));
    }

    /** The backend to blame when its calls fail. */
    BackendEntry culprit() {
        return backends.stream()
                .filter(entry -> executable instanceof CutExecutable cut && cut.culprit() == entry)
                .findFirst()
                .orElse(backends.get(0));
    }

    Executable executable() {
        return executable;
    }

    Signature signature() {
        return signature;
    }

    ContextPool contexts() {
        return contexts;
    }

    Leases leases() {
        return leases;
    }

    /** Counts a call that the backend failed on; returns how many there were in a row. */
    int failedOnce() {
        return failuresInARow.incrementAndGet();
    }

    /** A call was answered. */
    void succeededOnce() {
        if (failuresInARow.get() != 0) {
            failuresInARow.set(0);
        }
    }

    String check() {
        return check;
    }

    String recipeNote() {
        return recipeNote;
    }

    long sinceMillis() {
        return sinceMillis;
    }

    /** True if this is what {@code wanted} asks for, whatever its pin. */
    boolean serves(DeploymentSpec wanted) {
        return spec.model().sha256().equals(wanted.model().sha256())
                && spec.recipe().equals(wanted.recipe())
                && spec.settings().equals(wanted.settings());
    }

    /** Frees everything; only once no lease is held. */
    void close() {
        try {
            contexts.close();
        } finally {
            executable.close();
        }
    }
}
