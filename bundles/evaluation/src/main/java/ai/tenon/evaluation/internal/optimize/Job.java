package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.ModelSource;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.evaluation.internal.accuracy.Equivalence;
import ai.tenon.evaluation.internal.accuracy.Judge;
import ai.tenon.evaluation.internal.accuracy.MetricChoice;
import ai.tenon.evaluation.internal.accuracy.SeededData;
import ai.tenon.evaluation.internal.device.Device;
import ai.tenon.evaluation.internal.device.DeviceChoice;
import ai.tenon.evaluation.internal.recipe.Options;
import ai.tenon.evaluation.internal.recipe.PassOrder;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.measurement.Stopwatch;
import ai.tenon.model.ModelFormat;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.Stage;
import ai.tenon.optimizer.OptimizeMonitor;
import ai.tenon.optimizer.OptimizeRequest;
import ai.tenon.quantize.Calibration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A request that can be met, with all that is needed to do so. */
final class Job implements AutoCloseable {
    /** Setting: the most seconds that a search may take. */
    static final String BUDGET = "budget-seconds";

    private static final String SHAPES = "shape.";
    private static final String DEFAULT_BUDGET = "120";
    private static final double DEFAULT_MAX_DROP = 1;
    private static final int MOST_CALIBRATION_SAMPLES_TO_JUDGE_BY = 32;
    private static final int QUICK_SAMPLES = 16;

    private final OptimizeRequest request;
    private final Room room;
    private final Progress progress;
    private final Device device;
    private final Compiled original;
    private final List<Versioned<GraphPass>> passes;
    private final Map<String, Map<String, String>> passSettings;
    private final Latencies latencies;
    private final PassWork passWork;
    private final Equivalence equivalence;
    private final DataSet judged;
    private final Duration budget;
    private final Set<String> notes = new LinkedHashSet<>();
    private final Trials trials = new Trials(this);
    private Judge judge;
    private Judge quickJudge;

    /**
     * @param preferred names of backends, the best first
     * @throws IllegalArgumentException if the request cannot be met; the message says why
     * @throws BackendException if the model does not run here, or cannot be read
     */
    Job(
            OptimizeRequest request,
            OptimizeMonitor monitor,
            Room room,
            Stopwatch stopwatch,
            List<String> preferred)
            throws BackendException {
        this.request = request;
        this.room = room;
        this.progress = new Progress(monitor);
        this.passes = passes(request, room);
        checkSettings();
        this.budget = budget(request.settings().getOrDefault(BUDGET, DEFAULT_BUDGET));
        this.passSettings = Options.ofPasses(request.settings(), passes);
        ModelSource source = request.source();
        progress.begin("reading " + source.name(), 0, 0);
        DeviceChoice choice = new DeviceChoice(room.backends(), preferred);
        this.device = device(choice.choose(request.backend(), source));
        this.original = Compiled.original(source.model(), device);
        // What cannot be compiled has nothing to do with the inputs that are tried out next.
        original.executable();
        SeededData seeded = new SeededData(source.model(), shapes());
        this.judged = judged(seeded);
        List<Sample> samples = samples(seeded);
        boolean shaped = !shapes().isEmpty();
        this.latencies =
                new Latencies(
                        stopwatch,
                        device,
                        samples.get(shaped ? samples.size() - 1 : 0),
                        progress::stopped);
        this.equivalence = new Equivalence(right(source), device, samples);
        this.passWork =
                new PassWork(passes, passSettings, device, equivalence, progress.asMonitor());
    }

    private static List<Versioned<GraphPass>> passes(OptimizeRequest request, Room room) {
        if (request.passes().isPresent()) {
            return PassOrder.of(request.passes().get().stream().map(room.passes()::get).toList());
        }
        return PassOrder.of(
                room.passes().names().stream()
                        .map(room.passes()::get)
                        .filter(
                                pass ->
                                        pass.service().stage() != Stage.PRUNING
                                                || isAskedFor(pass, request.settings()))
                        .toList());
    }

    /**
     * Pruning changes what a model computes: it is done only where one of its settings is given.
     */
    private static boolean isAskedFor(Versioned<GraphPass> pass, Map<String, String> settings) {
        return settings.keySet().stream().anyMatch(Options.namesOf(List.of(pass))::contains);
    }

    private void checkSettings() {
        Set<String> known =
                new TreeSet<>(
                        Options.namesOf(
                                room.passes().names().stream().map(room.passes()::get).toList()));
        known.add(SHAPES + "*");
        known.add(BUDGET);
        Options.check(request.settings().keySet(), known);
    }

    private static Duration budget(String seconds) {
        try {
            return Duration.ofMillis((long) (1000 * Double.parseDouble(seconds)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "setting " + BUDGET + "=" + seconds + " is no number of seconds", e);
        }
    }

    private Map<String, String> shapes() {
        Map<String, String> shapes = new TreeMap<>(request.settings());
        shapes.keySet().removeIf(key -> !key.startsWith(SHAPES));
        return shapes;
    }

    private Device device(Versioned<Backend> backend) {
        ModelFormat format = room.formats().get(request.source().formatName()).service();
        return new Device(
                backend, request.source(), format, request.threads(), progress.asMonitor());
    }

    private DataSet judged(SeededData seeded) {
        if (request.evaluation().isPresent()) {
            return request.evaluation().get();
        }
        if (request.calibration().isPresent()) {
            note(
                    "There are no data to evaluate with: accuracy was judged on the calibration"
                            + " data, against the model as it came.");
            return new Part(request.calibration().get(), MOST_CALIBRATION_SAMPLES_TO_JUDGE_BY);
        }
        note(
                "There are no data: accuracy was judged on seeded random inputs against the model as"
                        + " it came, which is a weak judge. Give data with --evaluate.");
        return seeded;
    }

    /**
     * Inputs to check and to measure with, on which the model runs: a real sample if there are
     * data, then a random one.
     */
    private List<Sample> samples(SeededData seeded) throws BackendException {
        List<Sample> samples = new ArrayList<>();
        if (judged != seeded) {
            Iterator<Sample> first = judged.iterator();
            if (!first.hasNext()) {
                throw new IllegalArgumentException("there are no samples in " + judged.source());
            }
            samples.add(first.next());
            tryOut(samples.get(0), judged.source());
        }
        Sample random = seeded.iterator().next();
        try {
            tryOut(random, seeded.source());
            samples.add(random);
        } catch (BackendException e) {
            if (samples.isEmpty()) {
                throw new BackendException(
                        e.errorClass(),
                        e.getMessage()
                                + "; perhaps random inputs do not suit it: say their shapes with"
                                + " shape.INPUT=1x128, or give data with --evaluate",
                        e);
            }
        }
        return samples;
    }

    private void tryOut(Sample sample, String from) throws BackendException {
        try {
            device.run(
                    List.of(original.executable()),
                    List.of(sample).iterator(),
                    from,
                    (number, same, answers) -> {});
        } catch (BackendException | RuntimeException e) {
            original.close();
            throw e;
        }
    }

    private Optional<Device> right(ModelSource source) throws BackendException {
        if (!room.backends().has(DeviceChoice.REFERENCE)) {
            return Optional.empty();
        }
        Versioned<Backend> reference = room.backends().get(DeviceChoice.REFERENCE);
        return reference.service().support(source).isComplete()
                ? Optional.of(device(reference))
                : Optional.empty();
    }

    OptimizeRequest request() {
        return request;
    }

    Room room() {
        return room;
    }

    Progress progress() {
        return progress;
    }

    Device device() {
        return device;
    }

    Compiled original() {
        return original;
    }

    Latencies latencies() {
        return latencies;
    }

    PassWork passWork() {
        return passWork;
    }

    /** Settings of passes, by pass. */
    Map<String, Map<String, String>> passSettings() {
        return passSettings;
    }

    /** Says how good variants are; the first call measures the original. */
    Judge judge() throws BackendException {
        if (judge == null) {
            judge =
                    new Judge(
                            judged,
                            device,
                            original.executable(),
                            MetricChoice.choose(
                                    request.metric(),
                                    judged,
                                    original.executable().signature(),
                                    room.metrics()));
        }
        return judge;
    }

    /** Judges by SQNR on a few samples: for comparing many variants that differ a little. */
    Judge quickJudge() throws BackendException {
        if (quickJudge == null) {
            quickJudge =
                    new Judge(
                            new Part(judged, QUICK_SAMPLES),
                            device,
                            original.executable(),
                            List.of(room.metrics().get("sqnr").service()));
        }
        return quickJudge;
    }

    /** How far the deciding metric may drop, in percent. */
    double maxDrop() {
        return Double.isNaN(request.maxDrop()) ? DEFAULT_MAX_DROP : request.maxDrop();
    }

    /** The most time that a search may take. */
    Duration budget() {
        return budget;
    }

    Trials trials() {
        return trials;
    }

    /** Samples to calibrate with, and the device to run them on. */
    Optional<Calibration> calibration() {
        return request.calibration().map(data -> new Calibration(new Samples(data), device));
    }

    /** Adds a sentence that the user should know, once. */
    void note(String sentence) {
        notes.add(sentence);
    }

    List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        equivalence.how().ifPresent(all::add);
        return all;
    }

    @Override
    public void close() {
        original.close();
    }
}
