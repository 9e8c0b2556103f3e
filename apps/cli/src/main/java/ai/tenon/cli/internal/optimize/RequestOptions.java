package ai.tenon.cli.internal.optimize;

import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.optimizer.Goal;
import ai.tenon.optimizer.OptimizeRequest;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.samples.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** What to do to a model, and by which data and device to judge it. */
public final class RequestOptions {
    @Option(
            names = "--scheme",
            paramLabel = "S[:KEY=VALUE,…]",
            description = "Quantize like this, as in int8-static or int4:method=gptq,block=64.")
    private String scheme;

    @Option(
            names = "--goal",
            paramLabel = "G",
            description =
                    "Search by measuring: fastest, smallest or most-accurate, and limits such as"
                            + " latency<5ms, size<10MB, drop<1%%, separated by commas.")
    private String goal;

    @Option(
            names = "--calibrate",
            paramLabel = "DATA",
            description = "A folder of samples, from which ranges of activations are taken.")
    private Path calibrate;

    @Option(
            names = "--evaluate",
            paramLabel = "DATA",
            description = "A folder of samples with labels, by which accuracy is measured.")
    private Path evaluate;

    @Option(
            names = "--metric",
            paramLabel = "M",
            description = "The metric that decides (default: what the data's metric.txt says).")
    private String metric;

    @Option(
            names = "--max-drop",
            paramLabel = "PERCENT",
            description = "How far the metric may drop; fractions such as an accuracy in points.")
    private String maxDrop;

    @Option(
            names = "--backend",
            paramLabel = "B[@VERSION]",
            description = "The backend to measure on (default: the best that is here).")
    private String backend;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that one run may use (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(
            names = "--passes",
            split = ",",
            paramLabel = "P",
            description = "Only these graph passes, instead of all that are here.")
    private List<String> passes;

    @Option(
            names = "--budget",
            paramLabel = "SECONDS",
            description = "How long a search, or looking for a mix, may take (default: 120).")
    private Integer budget;

    @Option(names = "--no-passes", description = "No graph passes.")
    private boolean noPasses;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "A setting of the scheme, PASS.SETTING, or shape.INPUT=1x128 for inputs that"
                            + " are measured without data.")
    private Map<String, String> settings = new TreeMap<>();

    /**
     * The request.
     *
     * @param passNames names of the graph passes that are here
     * @throws UserError if the options make no sense, or the data do not fit the model
     */
    public OptimizeRequest request(InputModel input, List<String> passNames) {
        OptimizeRequest.Builder request =
                OptimizeRequest.builder(input.source()).backend(backend).threads(threads);
        if (budget != null) {
            request.setting("budget-seconds", budget.toString());
        }
        QuantizationScheme wanted = scheme == null ? null : SchemeOption.parse(scheme);
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (ofPassOrShape(setting.getKey(), passNames)) {
                request.setting(setting.getKey(), setting.getValue());
            } else if (wanted != null) {
                wanted = wanted.with(setting.getKey(), setting.getValue());
            } else {
                throw new UserError(
                        "--set "
                                + setting.getKey()
                                + " belongs to a scheme, and none is named; add --scheme");
            }
        }
        if (noPasses && passes != null) {
            throw new UserError("--passes and --no-passes contradict each other");
        }
        if (calibrate != null) {
            request.calibration(input.data(calibrate));
        }
        try {
            if (evaluate != null) {
                DataFolder data = input.data(evaluate);
                request.evaluation(data);
                request.metric(metric == null ? data.metric().orElse(null) : metric);
            } else {
                request.metric(metric);
            }
            return request.scheme(wanted)
                    .goal(goal == null ? null : Goal.parse(goal))
                    .maxDrop(maxDrop())
                    .passes(noPasses ? List.of() : passes)
                    .build();
        } catch (IllegalArgumentException | IOException e) {
            throw new UserError(e.getMessage(), e);
        }
    }

    private static boolean ofPassOrShape(String key, List<String> passNames) {
        return key.startsWith("shape.")
                || passNames.stream().anyMatch(pass -> key.startsWith(pass + "."));
    }

    private double maxDrop() {
        if (maxDrop == null) {
            return Double.NaN;
        }
        if (!maxDrop.matches("[0-9]+(\\.[0-9]+)?%?")) {
            throw new UserError("--max-drop " + maxDrop + " is no percentage; write 1 or 0.5%");
        }
        return Double.parseDouble(maxDrop.replace("%", ""));
    }

    /** The scheme or goal, in words. */
    public String asked() {
        return scheme != null ? "scheme " + scheme : goal != null ? "goal " + goal : "passes only";
    }
}
