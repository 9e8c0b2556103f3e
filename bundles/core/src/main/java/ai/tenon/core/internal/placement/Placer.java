package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.core.internal.placement.Cut.Run;
import ai.tenon.core.internal.placement.Network.Group;
import ai.tenon.core.internal.placement.Plan.Part;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.shape.ShapeException;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.model.ModelFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides which backends run a model: the first one all of it if it can, else the first one and
 * others a part each. See {@code docs/decisions/0006-placement.md}.
 */
public final class Placer {
    /** Reasons shown at most when a backend does not support a model. */
    private static final int REASONS_SHOWN = 3;

    /** Backends may refuse nodes in a part that they took in the model; so often they are asked. */
    private static final int ROUNDS = 100;

    private final ModelSource source;
    private final Model model;
    private final ShapeInference types;
    private final Network network;
    private final List<Support> supports;
    private final Optional<Candidate> rival;
    private final PartSources parts;

    /**
     * @param supports of the backends that take parts, the preferred ones first
     * @param rival another backend that runs all of the model
     */
    private Placer(
            ModelSource source,
            ModelFormat format,
            List<Support> supports,
            Optional<Candidate> rival)
            throws BackendException {
        this.rival = rival;
        this.source = source;
        this.model = source.model();
        this.supports = supports;
        for (Value output : model.graph().outputs()) {
            if (output.producer() == null) {
                throw new BackendException(
                        ErrorClass.FALLBACK,
                        "the model cannot be cut: no node computes its output '"
                                + output.name()
                                + "'");
            }
        }
        try {
            this.types = ShapeInference.of(model);
        } catch (ShapeException e) {
            throw new BackendException(
                    ErrorClass.FALLBACK, "the model contradicts itself: " + e.getMessage(), e);
        }
        this.network = new Network(model, types);
        this.parts = new PartSources(source, format, types);
    }

    /**
     * Places a model.
     *
     * @param format in which parts are handed over
     * @param choice the backend that is to run it, then those that may run what it does not run,
     *     the preferred ones first
     * @throws PlacementException if there is no way; it says what the first one does not run
     */
    public static Plan place(
            ModelSource source,
            ModelFormat format,
            List<? extends Candidate> choice,
            CompileMonitor monitor)
            throws PlacementException {
        Candidate lead = choice.get(0);
        try {
            Support first = Support.of(lead, source);
            if (first.report().isComplete()) {
                return Plan.whole(lead, source);
            }
            List<Support> partners =
                    first.refusal().isEmpty() ? partners(choice, source) : List.of();
            List<Support> supports =
                    Stream.concat(Stream.of(first), partners.stream())
                            .filter(support -> support.refusal().isEmpty())
                            .toList();
            if (supports.size() < 2) {
                throw refused(first, source);
            }
            Optional<Candidate> rival =
                    partners.stream()
                            .filter(support -> support.report().isComplete())
                            .map(Support::candidate)
                            .findFirst();
            return new Placer(source, format, supports, rival).cut(monitor);
        } catch (BackendException e) {
            throw new PlacementException(lead, e.errorClass() == ErrorClass.FALLBACK, e);
        } catch (RuntimeException | Error e) {
            throw new PlacementException(lead, false, e);
        }
    }

    /** Of several versions of a backend the first counts. */
    private static List<Support> partners(List<? extends Candidate> choice, ModelSource source)
            throws PlacementException {
        List<Support> partners = new ArrayList<>();
        Set<String> names = new HashSet<>(Set.of(choice.get(0).description().name()));
        for (Candidate candidate : choice) {
            if (names.add(candidate.description().name())) {
                try {
                    partners.add(Support.of(candidate, source));
                } catch (BackendException | RuntimeException | Error e) {
                    throw new PlacementException(candidate, false, e);
                }
            }
        }
        return partners;
    }

    private static BackendException refused(Support support, ModelSource source) {
        SupportReport report = support.report();
        List<String> reasons = report.reasons();
        String more =
                reasons.size() > REASONS_SHOWN
                        ? "; and " + (reasons.size() - REASONS_SHOWN) + " more"
                        : "";
        return new BackendException(
                ErrorClass.FALLBACK,
                "does not run "
                        + source.name()
                        + ": "
                        + String.join(
                                "; ", reasons.subList(0, Math.min(REASONS_SHOWN, reasons.size())))
                        + more);
    }

    private Plan cut(CompileMonitor monitor) throws BackendException, PlacementException {
        for (int round = 0; round < ROUNDS; round++) {
            monitor.check();
            List<Run> runs = Cut.of(network, supports);
            requireWorth(runs);
            List<Part> plan = agreed(runs, monitor);
            if (plan != null) {
                return Plan.cut(model, plan);
            }
        }
        throw new BackendException(
                ErrorClass.FALLBACK,
                "the backends refuse part after part of "
                        + source.name()
                        + "; after "
                        + ROUNDS
                        + " attempts no cut was found");
    }

    /** A cut has to be better than handing the model to the next backend that runs all of it. */
    private void requireWorth(List<Run> runs) throws BackendException {
        int total = Cut.nodes(network.groups());
        int own = Cut.nodesOfTheFirst(network, runs);
        boolean worth = own * 2 > total && total >= runs.size() * Cut.SMALL;
        if (own == 0 || !worth && rival.isPresent()) {
            throw new BackendException(
                    ErrorClass.FALLBACK,
                    refused(supports.get(0), source).getMessage()
                            + rival.map(r -> "; " + r.label() + " runs all of it").orElse("")
                            + ", and a cut that leaves "
                            + own
                            + " of "
                            + total
                            + " nodes here, in "
                            + runs.size()
                            + (runs.size() == 1 ? " part" : " parts")
                            + ", is not worth it");
        }
    }

    /** The parts, if each backend runs what it is to get; null if one now says that it does not. */
    private List<Part> agreed(List<Run> runs, CompileMonitor monitor)
            throws BackendException, PlacementException {
        List<Part> plan = new ArrayList<>();
        boolean agreed = true;
        for (int i = 0; i < runs.size(); i++) {
            monitor.check();
            Support support = supports.get(runs.get(i).backend());
            List<Group> groups = runs.get(i).groups().stream().map(network.groups()::get).toList();
            PartSources.Made made = parts.make(groups, (i + 1) + " of " + runs.size());
            SupportReport report = support(support.candidate(), made.source());
            if (report.isComplete()) {
                List<Support> preferred = supports.subList(0, runs.get(i).backend());
                plan.add(new Part(support.candidate(), made.source(), made.shown(preferred)));
            } else {
                agreed = false;
                made.note(report, support);
            }
        }
        return agreed ? plan : null;
    }

    private static SupportReport support(Candidate candidate, ModelSource part)
            throws PlacementException {
        try {
            return candidate.backend().support(part);
        } catch (BackendException | RuntimeException | Error e) {
            throw new PlacementException(candidate, false, e);
        }
    }
}
