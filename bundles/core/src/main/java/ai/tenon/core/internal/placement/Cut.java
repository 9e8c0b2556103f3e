package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.core.internal.placement.Network.Group;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Cuts a network into parts that run one after the other, as few as possible.
 *
 * <p>Each group goes to the most preferred backend that runs it. Then whatever can run on one
 * backend runs there, until only others can go on: with two backends no order gives fewer parts.
 * Last, a small part joins the part before or after it where that makes fewer.
 */
final class Cut {
    /** Below so many nodes a part is hardly worth its hand-over. */
    static final int SMALL = 8;

    /** More parts than this are not looked at any further. */
    private static final int MOST_RUNS = 256;

    private static final int REASONS_SHOWN = 3;

    private final List<Group> groups;
    private final List<List<Integer>> after = new ArrayList<>();
    private final List<Support> supports;
    private final int[] choice;

    /** Groups, by position, that run one after the other on one backend, by position. */
    record Run(int backend, List<Integer> groups) {}

    private Cut(List<Group> groups, List<Support> supports) {
        this.groups = groups;
        this.supports = supports;
        this.choice = new int[groups.size()];
        groups.forEach(group -> after.add(new ArrayList<>()));
        for (int i = 0; i < groups.size(); i++) {
            for (int producer : groups.get(i).before()) {
                after.get(producer).add(i);
            }
        }
    }

    /**
     * Cuts a network.
     *
     * @param supports the most preferred backend first
     * @throws BackendException of class FALLBACK if nobody runs some group, or it takes absurdly
     *     many parts
     */
    static List<Run> of(Network network, List<Support> supports) throws BackendException {
        Cut cut = new Cut(network.groups(), supports);
        cut.choose();
        List<Run> runs = cut.runs();
        if (runs.size() > MOST_RUNS) {
            throw new BackendException(
                    ErrorClass.FALLBACK,
                    "the model would fall into "
                            + runs.size()
                            + " parts, at most "
                            + MOST_RUNS
                            + " are made");
        }
        for (List<Run> fewer = runs; fewer != null; fewer = cut.join(runs)) {
            runs = fewer;
        }
        return runs;
    }

    private void choose() throws BackendException {
        List<String> homeless = new ArrayList<>();
        for (int i = 0; i < choice.length; i++) {
            choice[i] = -1;
            for (int b = supports.size() - 1; b >= 0; b--) {
                if (supports.get(b).runs(groups.get(i).members()) && fits(b, i)) {
                    choice[i] = b;
                }
            }
            if (choice[i] < 0) {
                homeless.add(groups.get(i).nodes().get(0).label() + " (" + reasons(i) + ")");
            }
        }
        if (!homeless.isEmpty()) {
            int shown = Math.min(REASONS_SHOWN, homeless.size());
            throw new BackendException(
                    ErrorClass.FALLBACK,
                    "no backend here runs "
                            + String.join("; ", homeless.subList(0, shown))
                            + (shown < homeless.size()
                                    ? "; and " + (homeless.size() - shown) + " more nodes"
                                    : ""));
        }
    }

    /** A backend that takes one part from the start gets only what reads from that part. */
    private boolean fits(int backend, int group) {
        return !supports.get(backend).isSingleCut()
                || groups.get(group).before().stream().allMatch(p -> choice[p] == backend);
    }

    private String reasons(int group) {
        return supports.stream()
                .map(
                        support ->
                                support.candidate().label()
                                        + ": "
                                        + support.missing(groups.get(group).members())
                                                .orElse("runs one part from the start only"))
                .collect(Collectors.joining(", "));
    }

    /** The fewest runs that the choice allows; whichever backend may begin is tried. */
    private List<Run> runs() {
        List<Run> best = null;
        for (int first = 0; first < supports.size(); first++) {
            List<Run> runs = runs(first);
            if (best == null || runs.size() < best.size()) {
                best = runs;
            }
        }
        return best;
    }

    private List<Run> runs(int first) {
        List<Deque<Integer>> ready = new ArrayList<>();
        supports.forEach(support -> ready.add(new ArrayDeque<>()));
        int[] open = new int[groups.size()];
        for (int i = 0; i < open.length; i++) {
            open[i] = groups.get(i).before().size();
            if (open[i] == 0) {
                ready.get(choice[i]).add(i);
            }
        }
        List<Run> runs = new ArrayList<>();
        for (int b = 0; b < supports.size(); b++) {
            if (supports.get(b).isSingleCut()) {
                drain(b, ready, open, runs);
            }
        }
        for (int b = first; b >= 0; b = fullest(ready)) {
            drain(b, ready, open, runs);
        }
        return runs;
    }

    private void drain(int backend, List<Deque<Integer>> ready, int[] open, List<Run> runs) {
        List<Integer> done = new ArrayList<>();
        while (!ready.get(backend).isEmpty()) {
            int group = ready.get(backend).poll();
            done.add(group);
            for (int reader : after.get(group)) {
                if (--open[reader] == 0) {
                    ready.get(choice[reader]).add(reader);
                }
            }
        }
        if (!done.isEmpty()) {
            runs.add(new Run(backend, done));
        }
    }

    /** The backend for which most groups wait, the preferred one of several; -1 if none waits. */
    private static int fullest(List<Deque<Integer>> ready) {
        int fullest = -1;
        for (int b = 0; b < ready.size(); b++) {
            if (!ready.get(b).isEmpty()
                    && (fullest < 0 || ready.get(b).size() > ready.get(fullest).size())) {
                fullest = b;
            }
        }
        return fullest;
    }

    /** Lets one small run join a neighbour if there are fewer runs then; null if none does. */
    private List<Run> join(List<Run> runs) {
        for (int i = 0; i < runs.size(); i++) {
            Run small = runs.get(i);
            if (nodes(small) >= SMALL) {
                continue;
            }
            for (int neighbour : new int[] {i - 1, i + 1}) {
                if (neighbour >= 0
                        && neighbour < runs.size()
                        && takes(runs.get(neighbour).backend(), small)) {
                    small.groups().forEach(g -> choice[g] = runs.get(neighbour).backend());
                    List<Run> fewer = runs();
                    if (fewer.size() < runs.size()) {
                        return fewer;
                    }
                    small.groups().forEach(g -> choice[g] = small.backend());
                }
            }
        }
        return null;
    }

    private boolean takes(int backend, Run run) {
        return !supports.get(backend).isSingleCut()
                && run.groups().stream()
                        .allMatch(g -> supports.get(backend).runs(groups.get(g).members()));
    }

    private int nodes(Run run) {
        return run.groups().stream().mapToInt(g -> groups.get(g).nodes().size()).sum();
    }

    /** Why a group does not run on a backend that is preferred to its own. */
    static String why(Support preferred, Group group) {
        Optional<String> reason = preferred.missing(group.members());
        String words =
                reason.orElse(
                        preferred.isSingleCut()
                                ? "runs one part from the start only"
                                : "would run it, but not in a part worth a hand-over");
        return preferred.candidate().label() + ": " + words;
    }

    /** How many nodes run on the most preferred backend. */
    static int nodesOfTheFirst(Network network, List<Run> runs) {
        return runs.stream()
                .filter(run -> run.backend() == 0)
                .flatMap(run -> run.groups().stream())
                .mapToInt(g -> network.groups().get(g).nodes().size())
                .sum();
    }

    static int nodes(Iterable<Group> groups) {
        int count = 0;
        for (Group group : groups) {
            count += group.nodes().size();
        }
        return count;
    }
}
