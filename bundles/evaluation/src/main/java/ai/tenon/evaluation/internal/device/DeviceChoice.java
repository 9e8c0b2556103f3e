package ai.tenon.evaluation.internal.device;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.evaluation.internal.room.Shelf;
import ai.tenon.evaluation.internal.room.Versioned;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the backend to measure on. */
public final class DeviceChoice {
    /** The backend that is right rather than fast. */
    public static final String REFERENCE = "reference";

    private final Shelf<Backend> backends;
    private final List<String> preferred;

    /**
     * @param preferred names of backends, the best first; others follow by name, simulated ones
     *     behind them, and {@link #REFERENCE} last
     */
    public DeviceChoice(Shelf<Backend> backends, List<String> preferred) {
        this.backends = backends;
        this.preferred = preferred;
    }

    /**
     * The backend that is asked for, or else the first that runs the whole model.
     *
     * @param wanted {@code name[@version]}
     * @throws IllegalArgumentException if there is none of that name here
     * @throws BackendException if it does not run the model; the message says why
     */
    public Versioned<Backend> choose(Optional<String> wanted, ModelSource source)
            throws BackendException {
        if (wanted.isPresent()) {
            Versioned<Backend> backend = backends.get(wanted.get());
            SupportReport report = backend.service().support(source);
            if (!report.isComplete()) {
                throw unsupported(source, backend.reference(), report);
            }
            return backend;
        }
        List<Versioned<Backend>> all =
                backends.names().stream().map(backends::get).sorted(order()).toList();
        if (all.isEmpty()) {
            throw new IllegalArgumentException("there is no backend here to measure on");
        }
        SupportReport report = SupportReport.ALL;
        for (Versioned<Backend> backend : all) {
            report = backend.service().support(source);
            if (report.isComplete()) {
                return backend;
            }
        }
        throw unsupported(
                source,
                all.stream().map(Versioned::reference).collect(Collectors.joining(", ")),
                report);
    }

    private Comparator<Versioned<Backend>> order() {
        return Comparator.comparing((Versioned<Backend> b) -> b.name().equals(REFERENCE))
                .thenComparing(b -> b.service().description().simulated())
                .thenComparing(
                        b -> {
                            int index = preferred.indexOf(b.name());
                            return index < 0 ? preferred.size() : index;
                        })
                .thenComparing(Versioned::name);
    }

    private static BackendException unsupported(
            ModelSource source, String backend, SupportReport report) {
        return new BackendException(
                BackendException.ErrorClass.FALLBACK,
                "model '"
                        + source.name()
                        + "' does not run on "
                        + backend
                        + ": "
                        + String.join("; ", report.reasons())
                        + "; choose another backend with --backend");
    }
}
