package ai.tenon.backend;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a backend is and can do. Made by {@link #builder}. */
public final class BackendDescription {
    /** How models become executables. */
    public enum CompileMode {
        /** Here, from the model. */
        ONLINE,
        /** By the vendor's tool, perhaps on another host; the result is loaded here. */
        OFFLINE_TOOL,
        /** Only ready-made blobs are loaded. */
        LOAD_ONLY
    }

    /** Which parts of a graph the backend takes. */
    public enum PartitionPolicy {
        /** Any set of supported nodes, in several parts. */
        ANY,
        /** One part from the start; all behind the first unsupported node runs elsewhere. */
        SINGLE_CUT,
        /** All or nothing of what it is given, be it a model or a part as a model of its own. */
        WHOLE_GRAPH
    }

    /** Which shapes one executable serves. */
    public enum ShapeSupport {
        STATIC,
        /** One of a declared list of shapes. */
        GEARS,
        /** Dimensions within declared bounds. */
        RANGE,
        DYNAMIC
    }

    /** How quantized models have to come. */
    public enum QuantizationInput {
        ACCEPTS_QDQ,
        OWN_CALIBRATOR,
        PREQUANTIZED_ONLY
    }

    /** Where tensors may lie that are handed over without a copy. */
    public enum MemoryKind {
        HOST,
        DEVICE,
        DMA_BUF
    }

    /** What running offers. */
    public enum Trait {
        /** {@link ExecutionContext#async} is there. */
        ASYNC,
        /**
         * A running call heeds {@link RunControl#shouldStop}; otherwise a caller gets its timeout
         * when the run returns.
         */
        CANCEL,
        PRIORITY,
        /** Contexts of one executable run at the same time. */
        PARALLEL_CONTEXTS,
        /** A context has to be used by the thread that made it. */
        THREAD_BOUND,
        /** {@link ExecutionContext#bindOutput} works. */
        CALLER_OUTPUTS
    }

    private final String name;
    private final String device;
    private final CompileMode compileMode;
    private final PartitionPolicy partitionPolicy;
    private final ShapeSupport shapeSupport;
    private final Set<QuantizationInput> quantizationInputs;
    private final List<QuantizationContract> quantization;
    private final Set<MemoryKind> memoryKinds;
    private final Set<Trait> traits;
    private final boolean simulated;
    private final KnownSettings settings;
    private final Map<String, String> properties;

    private BackendDescription(Builder b) {
        name = b.name;
        device = b.device;
        compileMode = b.compileMode;
        partitionPolicy = b.partitionPolicy;
        shapeSupport = b.shapeSupport;
        quantizationInputs = Collections.unmodifiableSet(b.quantizationInputs.clone());
        quantization = List.copyOf(b.quantization);
        memoryKinds = Collections.unmodifiableSet(b.memoryKinds.clone());
        traits = Collections.unmodifiableSet(b.traits.clone());
        simulated = b.simulated;
        settings = b.settings;
        properties = Collections.unmodifiableMap(new TreeMap<>(b.properties));
    }

    /**
     * Starts a description: online compiling, any partition, dynamic shapes, host memory, no
     * traits.
     *
     * @param name stable, short, as in {@code reference}; what profiles and commands call it
     * @param device what it runs on, for people, as in {@code CPU (AMD EPYC, 2 cores)}
     */
    public static Builder builder(String name, String device) {
        return new Builder(name, device);
    }

    public String name() {
        return name;
    }

    public String device() {
        return device;
    }

    public CompileMode compileMode() {
        return compileMode;
    }

    public PartitionPolicy partitionPolicy() {
        return partitionPolicy;
    }

    public ShapeSupport shapeSupport() {
        return shapeSupport;
    }

    public Set<QuantizationInput> quantizationInputs() {
        return quantizationInputs;
    }

    public List<QuantizationContract> quantization() {
        return quantization;
    }

    public Set<MemoryKind> memoryKinds() {
        return memoryKinds;
    }

    public Set<Trait> traits() {
        return traits;
    }

    /** True if there is no real device behind it. */
    public boolean simulated() {
        return simulated;
    }

    /**
     * The settings that {@link Backend#compile} understands; empty if the backend does not say. It
     * is then handed any setting.
     */
    public Optional<KnownSettings> settings() {
        return Optional.ofNullable(settings);
    }

    /**
     * Versions of driver, compiler and runtime, and whatever else identifies this backend, sorted
     * by name.
     */
    public Map<String, String> properties() {
        return properties;
    }

    /** Collects what a {@link BackendDescription} says. */
    public static final class Builder {
        private final String name;
        private final String device;
        private CompileMode compileMode = CompileMode.ONLINE;
        private PartitionPolicy partitionPolicy = PartitionPolicy.ANY;
        private ShapeSupport shapeSupport = ShapeSupport.DYNAMIC;
        private final EnumSet<QuantizationInput> quantizationInputs =
                EnumSet.noneOf(QuantizationInput.class);
        private final List<QuantizationContract> quantization = new ArrayList<>();
        private final EnumSet<MemoryKind> memoryKinds = EnumSet.of(MemoryKind.HOST);
        private final EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
        private boolean simulated;
        private KnownSettings settings;
        private final Map<String, String> properties = new TreeMap<>();

        private Builder(String name, String device) {
            this.name = Objects.requireNonNull(name, "name");
            this.device = Objects.requireNonNull(device, "device");
        }

        public Builder compileMode(CompileMode mode) {
            compileMode = mode;
            return this;
        }

        public Builder partitionPolicy(PartitionPolicy policy) {
            partitionPolicy = policy;
            return this;
        }

        public Builder shapeSupport(ShapeSupport support) {
            shapeSupport = support;
            return this;
        }

        public Builder quantizationInput(QuantizationInput input) {
            quantizationInputs.add(input);
            return this;
        }

        public Builder quantization(QuantizationContract contract) {
            quantization.add(contract);
            return this;
        }

        public Builder memoryKind(MemoryKind kind) {
            memoryKinds.add(kind);
            return this;
        }

        public Builder trait(Trait trait) {
            traits.add(trait);
            return this;
        }

        public Builder simulated(boolean value) {
            simulated = value;
            return this;
        }

        /**
         * @param known what {@link Backend#compile} understands; it refuses all others by {@link
         *     KnownSettings#require}
         */
        public Builder settings(KnownSettings known) {
            settings = Objects.requireNonNull(known, "known");
            return this;
        }

        public Builder property(String key, String value) {
            properties.put(key, value);
            return this;
        }

        public BackendDescription build() {
            return new BackendDescription(this);
        }
    }
}
