package ai.tenon.optimizer;

import ai.tenon.backend.ModelSource;
import ai.tenon.evaluation.DataSet;
import ai.tenon.quantize.QuantizationScheme;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What to optimise, and how. Made by {@link #builder}. */
public final class OptimizeRequest {
    private final ModelSource source;
    private final QuantizationScheme scheme;
    private final Goal goal;
    private final DataSet calibration;
    private final DataSet evaluation;
    private final String metric;
    private final double maxDrop;
    private final String backend;
    private final int threads;
    private final List<String> passes;
    private final Map<String, String> settings;

    private OptimizeRequest(Builder b) {
        source = b.source;
        scheme = b.scheme;
        goal = b.goal;
        calibration = b.calibration;
        evaluation = b.evaluation;
        metric = b.metric;
        maxDrop = b.maxDrop;
        backend = b.backend;
        threads = b.threads;
        passes = b.passes == null ? null : List.copyOf(b.passes);
        settings = Collections.unmodifiableMap(new TreeMap<>(b.settings));
    }

    /** Passes only, no data, one thread, the first backend there is. */
    public static Builder builder(ModelSource source) {
        return new Builder(source);
    }

    public ModelSource source() {
        return source;
    }

    /** The scheme to apply; empty if there is a goal, or for passes only. */
    public Optional<QuantizationScheme> scheme() {
        return Optional.ofNullable(scheme);
    }

    /** What to search for; empty if a scheme is to be applied as asked, or passes only. */
    public Optional<Goal> goal() {
        return Optional.ofNullable(goal);
    }

    /** Data to calibrate with; empty if there are none. */
    public Optional<DataSet> calibration() {
        return Optional.ofNullable(calibration);
    }

    /** Data to measure accuracy with; empty for seeded random inputs and agreement only. */
    public Optional<DataSet> evaluation() {
        return Optional.ofNullable(evaluation);
    }

    /** Name of the metric that decides; empty to let the data decide. */
    public Optional<String> metric() {
        return Optional.ofNullable(metric);
    }

    /**
     * How far the metric may drop, see {@link ai.tenon.evaluation.Metric#drop}; NaN if not said.
     */
    public double maxDrop() {
        return maxDrop;
    }

    /** {@code name[@version]} of the backend to measure on; empty for the best that is here. */
    public Optional<String> backend() {
        return Optional.ofNullable(backend);
    }

    /** Threads that one run may use. */
    public int threads() {
        return threads;
    }

    /** Names of the only passes to apply, all that are here but pruning if empty. */
    public Optional<List<String>> passes() {
        return Optional.ofNullable(passes);
    }

    /** Settings of passes, and {@code shape.INPUT=1x128} for what is measured without data. */
    public Map<String, String> settings() {
        return settings;
    }

    /** Collects {@link OptimizeRequest}. */
    public static final class Builder {
        private final ModelSource source;
        private QuantizationScheme scheme;
        private Goal goal;
        private DataSet calibration;
        private DataSet evaluation;
        private String metric;
        private double maxDrop = Double.NaN;
        private String backend;
        private int threads = 1;
        private List<String> passes;
        private final Map<String, String> settings = new TreeMap<>();

        private Builder(ModelSource source) {
            this.source = Objects.requireNonNull(source, "source");
        }

        public Builder scheme(QuantizationScheme wanted) {
            scheme = wanted;
            return this;
        }

        public Builder goal(Goal wanted) {
            goal = wanted;
            return this;
        }

        public Builder calibration(DataSet data) {
            calibration = data;
            return this;
        }

        public Builder evaluation(DataSet data) {
            evaluation = data;
            return this;
        }

        public Builder metric(String name) {
            metric = name;
            return this;
        }

        public Builder maxDrop(double percent) {
            maxDrop = percent;
            return this;
        }

        public Builder backend(String nameAndVersion) {
            backend = nameAndVersion;
            return this;
        }

        public Builder threads(int count) {
            threads = count;
            return this;
        }

        public Builder passes(List<String> names) {
            passes = names;
            return this;
        }

        public Builder setting(String key, String value) {
            settings.put(key, value);
            return this;
        }

        /**
         * @throws IllegalArgumentException if both a scheme and a goal are given, or threads is
         *     less than 1
         */
        public OptimizeRequest build() {
            if (scheme != null && goal != null) {
                throw new IllegalArgumentException(
                        "a scheme is applied as asked, a goal is searched for: give one of them");
            }
            if (threads < 1) {
                throw new IllegalArgumentException("threads must be at least 1, not " + threads);
            }
            return new OptimizeRequest(this);
        }
    }
}
