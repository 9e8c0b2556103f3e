package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.plan.Holding;
import ai.tenon.cpu.internal.plan.Instruction;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Plan;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.graph.shape.Term;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Turns a model whose inputs have known shapes into a plan, node by node in their order. A rule may
 * take nodes behind its own along (an activation, a residual, a quantization).
 */
public final class Lowering {
    /** Tables up to so many bytes are stored as a whole where a part of them is read. */
    private static final int SMALL_TABLE = 4 << 20;

    private final Engine engine;
    private final Model model;
    private final Graph graph;
    private final Holding weights;
    private final Options options;
    private final Rules rules;
    private ShapeInference types;
    private int inferredWith;
    private final Map<Value, Operand> operands = new IdentityHashMap<>();
    private final Map<Value, List<Operand>> otherForms = new IdentityHashMap<>();
    private final Map<Value, Tensor> constants = new IdentityHashMap<>();
    private final Set<Value> own = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Tensor, Part> parts = new IdentityHashMap<>();
    private final Set<Node> taken = new HashSet<>();
    private final RowQuantization rows = new RowQuantization();
    private final List<Instruction> instructions = new ArrayList<>();
    private Node current;

    /**
     * How to compute.
     *
     * @param bf16 whether products of FLOAT may be computed from BFLOAT16
     * @param fold whether nodes with constant inputs are computed beforehand
     */
    public record Options(boolean bf16, boolean fold) {}

    /**
     * Where a constant lies in a constant of the model.
     *
     * @param rows whether indices chose it
     */
    private record Part(Value whole, long start, boolean rows) {}

    /**
     * @param model with static shapes of its inputs; changed, since what becomes known is noted
     * @param weights where the plan's weights and constants are put
     */
    public Lowering(Engine engine, Model model, Holding weights, Options options, Rules rules) {
        this.engine = engine;
        this.model = model;
        this.graph = model.graph();
        this.weights = weights;
        this.options = options;
        this.rules = rules;
        this.types = ShapeInference.of(model);
        own.addAll(graph.initializers());
    }

    /**
     * The plan.
     *
     * @throws LoweringException naming the node that cannot be lowered
     */
    public Plan lower() {
        try {
            takeInputs();
            lower(graph);
            current = null;
            return Plan.of(instructions, giveOutputs());
        } catch (LoweringException | ai.tenon.graph.shape.ShapeException e) {
            throw e;
        } catch (RuntimeException e) {
            // a hostile model may contradict itself in ways that no rule looks for
            String reason = e instanceof Unsupported ? e.getMessage() : e.toString();
            throw new LoweringException(current, reason, e);
        }
    }

    /** Lowers the nodes of the model's graph, or of a branch that is always taken. */
    public void lower(Graph nodes) {
        for (Node node : List.copyOf(nodes.nodes())) {
            current = node;
            if (!taken.contains(node) && !isUnused(node) && !isKnown(node)) {
                rules.find(node).lower(node, this);
            }
        }
    }

    /** Says before lowering what an input holds: the plan is for that alone. */
    public void know(Value input, Tensor contents) {
        constants.put(input, contents);
    }

    private void takeInputs() {
        List<Value> inputs = graph.requiredInputs();
        for (int i = 0; i < inputs.size(); i++) {
            Value input = inputs.get(i);
            DataType type = type(input);
            long[] shape = shape(input);
            if (!Types.isKnown(type)) {
                throw new Unsupported("input '" + input.name() + "' is of type " + type);
            }
            operands.put(input, Operand.dense(Place.input(i, bytes(type, shape)), type, shape));
        }
    }

    private static boolean isUnused(Node node) {
        return node.outputs().stream().allMatch(output -> output == null || !output.isUsed());
    }

    /** True if all that the node computes is known beforehand. */
    private boolean isKnown(Node node) {
        boolean all = true;
        for (Value output : node.outputs()) {
            all &=
                    output == null
                            || constants.containsKey(output)
                            || Constants.tensor(output) != null
                            || contents(output) != null;
        }
        return all || options.fold() && Folding.fold(node, this);
    }

    private List<Plan.Output> giveOutputs() {
        List<Plan.Output> results = new ArrayList<>();
        Set<Place> given = new HashSet<>();
        for (int i = 0; i < graph.outputs().size(); i++) {
            Value output = graph.outputs().get(i);
            Operand operand = plain(output);
            Place root = operand.place().root();
            if (root == operand.place() && root.space() == Place.Space.ARENA && given.add(root)) {
                root.becomeOutput(i);
            } else {
                long bytes = bytes(operand.type(), operand.shape());
                emit(copy("output " + output.name(), operand, Place.output(i, bytes)));
            }
            DataType type = type(output) == null ? operand.type() : type(output);
            results.add(new Plan.Output(type, operand.shape()));
        }
        return results;
    }

    private static Instruction copy(String name, Operand from, Place to) {
        return new Instruction(Opcode.COPY, name)
                .read(from.place())
                .write(to)
                .numbers(from.type().bytes(1), 1)
                .array(8, from.size())
                .array(8, 1)
                .array(8, 1)
                .doing("copy", 0);
    }

    public Engine engine() {
        return engine;
    }

    Map<String, Long> opsets() {
        return model.opsetImports();
    }

    Rules rules() {
        return rules;
    }

    public Holding weights() {
        return weights;
    }

    public Options options() {
        return options;
    }

    /** Activations quantized row by row. */
    public RowQuantization rows() {
        return rows;
    }

    /** The element type of a value; null if not known. */
    public DataType type(Value value) {
        return types.type(value) instanceof ValueType.OfTensor tensor ? tensor.elementType() : null;
    }

    /**
     * The shape of a value.
     *
     * @throws Unsupported if it is not known
     */
    public long[] shape(Value value) {
        Operand known = operands.get(value);
        if (known != null) {
            return known.shape();
        }
        Tensor constant = constants.get(value);
        if (constant != null) {
            return constant.shape();
        }
        long[] inferred = inferredShape(value);
        if (inferred == null && inferAgain()) {
            inferred = inferredShape(value);
        }
        if (inferred != null) {
            return inferred;
        }
        throw new Unsupported(
                "the shape of '"
                        + value.name()
                        + "' is not known before the model runs, since it depends on what tensors hold");
    }

    private long[] inferredShape(Value value) {
        return types.type(value) instanceof ValueType.OfTensor tensor
                        && tensor.shape() != null
                        && tensor.shape().isStatic()
                ? tensor.shape().lengths()
                : null;
    }

    /** Infers shapes with what has become known since; false if nothing has. */
    private boolean inferAgain() {
        int known = constants.size() + operands.size();
        if (known == inferredWith) {
            return false;
        }
        inferredWith = known;
        operands.forEach(
                (value, operand) -> {
                    if (value.producer() != null) {
                        DataType type = type(value) == null ? operand.type() : type(value);
                        value.setType(ValueType.tensor(type, operand.shape()));
                    }
                });
        for (Map.Entry<Value, Tensor> entry : Map.copyOf(constants).entrySet()) {
            Value value = entry.getKey();
            if (value.producer() != null && !value.uses().isEmpty()) {
                Value fixed =
                        Constants.add(value.graph(), value.name() + "_known", entry.getValue());
                for (Node reader : List.copyOf(value.uses())) {
                    for (int i = 0; i < reader.inputs().size(); i++) {
                        if (reader.input(i) == value) {
                            reader.setInput(i, fixed);
                        }
                    }
                }
            }
        }
        types = ShapeInference.of(model);
        return true;
    }

    /** The contents of a value that is the same in every run; null if it is not, or value is. */
    public Tensor constant(Value value) {
        if (value == null) {
            return null;
        }
        Tensor known = constants.get(value);
        if (known != null) {
            return known;
        }
        Tensor constant = Constants.tensor(value);
        if (constant == null && value.producer() != null) {
            constant = contents(value);
        }
        if (constant == null && Quantizers.weights(value, this) != null) {
            constant = Dequantizing.of(value.producer(), this);
        }
        if (constant == null && StoredBlocks.isUnpacked(value, this)) {
            constant = unpacked(value);
        }
        if (constant != null) {
            constants.put(value, constant);
        }
        return constant;
    }

    /** Weights of few bits that somebody wants as FLOAT after all. */
    private Tensor unpacked(Value value) {
        if (StoredBlocks.isFunction(value.producer())) {
            return StoredBlocks.rows(value, this).rows();
        }
        return Folding.compute(value.producer(), this) ? constants.get(value) : null;
    }

    /** Integers that shape inference has followed. */
    private Tensor contents(Value value) {
        List<Term> terms = types.contents(value);
        if (terms == null
                || terms.stream().anyMatch(term -> term.value() == null)
                || type(value) == null
                || !type(value).isInteger()) {
            return null;
        }
        if (!(types.type(value) instanceof ValueType.OfTensor tensor)
                || tensor.shape() == null
                || !tensor.shape().isStatic()) {
            return null;
        }
        long[] values = terms.stream().mapToLong(Term::value).toArray();
        return ai.tenon.graph.numeric.Numbers.of(type(value), values, tensor.shape().lengths());
    }

    /** Says what a value holds in every run. */
    public void setConstant(Value value, Tensor contents) {
        constants.put(value, contents);
    }

    /**
     * Says that a value holds a part of a constant in every run.
     *
     * @param start bytes from the beginning of {@code whole}
     * @param rows whether indices choose it
     */
    void setPart(Value value, Tensor contents, Value whole, long start, boolean rows) {
        constants.put(value, contents);
        Part around =
                own.contains(whole) ? new Part(whole, 0, false) : parts.get(constants.get(whole));
        if (around != null) {
            boolean chosen = rows || around.rows();
            parts.put(contents, new Part(around.whole(), around.start() + start, chosen));
        }
    }

    /** True if indices choose what a constant value holds from a constant of the model. */
    boolean isRows(Value value) {
        Part part = parts.get(constant(value));
        return part != null && part.rows();
    }

    /** Says how a value lies in memory. */
    public void set(Value value, Operand operand) {
        operands.put(value, operand);
    }

    /** True if the value has been lowered, or is constant. */
    public boolean isThere(Value value) {
        return operands.containsKey(value) || constant(value) != null;
    }

    /** A value as it lies in memory, in whatever form. */
    public Operand of(Value value) {
        Operand operand = operands.get(value);
        if (operand != null) {
            return operand;
        }
        Tensor constant = constant(value);
        if (constant == null) {
            throw new Unsupported("'" + value.name() + "' has not been computed");
        }
        operand = stored(value, constant);
        operands.put(value, operand);
        return operand;
    }

    /**
     * A constant among the weights. The model's own are there once for all plans, found by their
     * names without being read again.
     */
    private Operand stored(Value value, Tensor constant) {
        Part part = own.contains(value) ? new Part(value, 0, false) : parts.get(constant);
        if (part == null || !isWorthStoring(part.whole(), constant)) {
            return stored(constant);
        }
        requireKnown(constant);
        Tensor whole = Constants.tensor(part.whole());
        Place place = weights.named(part.whole().name(), bytes(whole));
        return Operand.dense(
                place.at(part.start(), constant.byteSize()), constant.type(), constant.shape());
    }

    /** True if a whole constant takes little more than its part, or is there anyway. */
    private boolean isWorthStoring(Value whole, Tensor part) {
        int bytes = Constants.tensor(whole).byteSize();
        return bytes == part.byteSize() || bytes <= SMALL_TABLE || weights.hasNamed(whole.name());
    }

    /**
     * A name for what a constant value holds: the same in all plans only if the contents are. What
     * was computed may depend on shapes, or have the name of something else in a branch.
     */
    public String key(Value value, Tensor contents) {
        if (own.contains(value)) {
            return value.name();
        }
        CRC32C checksum = new CRC32C();
        checksum.update(contents.buffer().duplicate());
        return value.name() + "#" + Long.toHexString(checksum.getValue());
    }

    /** A constant among the weights. */
    public Operand stored(Tensor constant) {
        requireKnown(constant);
        return Operand.dense(weights.constant(bytes(constant)), constant.type(), constant.shape());
    }

    private static void requireKnown(Tensor constant) {
        if (!Types.isKnown(constant.type())) {
            throw new Unsupported("constants of type " + constant.type() + " are not supported");
        }
    }

    private static ByteBuffer bytes(Tensor constant) {
        return constant.buffer().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Numbers among the weights. */
    public Place stored(float[] numbers) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return weights.constant(bytes);
    }

    /** Bytes among the weights. */
    public Place stored(byte[] bytes) {
        return weights.constant(ByteBuffer.wrap(bytes));
    }

    /** A value row-major, without gaps, and not quantized unless the model says so. */
    public Operand plain(Value value) {
        return form(value, false, false);
    }

    /** A value without gaps, FLOAT where it stands for real numbers, in the layout it has. */
    public Operand real(Value value) {
        return form(value, of(value).channelsLast(), false);
    }

    /** A value with its channels last, FLOAT. */
    public Operand last(Value value) {
        return form(value, true, false);
    }

    /** A value with its channels last, quantized if it is. */
    public Operand lastAsIs(Value value) {
        return form(value, true, true);
    }

    /** A value row-major, quantized if it is. */
    public Operand rowMajorAsIs(Value value) {
        return form(value, false, true);
    }

    private Operand form(Value value, boolean channelsLast, boolean mayBeQuantized) {
        Operand operand = of(value);
        if (fits(operand, channelsLast, mayBeQuantized)) {
            return operand;
        }
        List<Operand> forms = otherForms.computeIfAbsent(value, key -> new ArrayList<>());
        for (Operand form : forms) {
            if (fits(form, channelsLast, mayBeQuantized)) {
                return form;
            }
        }
        Operand form = operand;
        if (operand.channelsLast() != channelsLast || !channelsLast && !operand.isDense()) {
            form = Conversions.layout(operand, channelsLast, this);
        }
        if (!mayBeQuantized && operand.quantization() != null) {
            form = Conversions.unquantized(form, type(value), this);
        }
        forms.add(form);
        return form;
    }

    private static boolean fits(Operand operand, boolean channelsLast, boolean mayBeQuantized) {
        return (operand.channelsLast() == channelsLast || operand.rank() < 3 && !channelsLast)
                && (mayBeQuantized || operand.quantization() == null)
                && (channelsLast || operand.isDense());
    }

    /** New memory for a result. */
    public Place room(DataType type, long... shape) {
        return Place.arena(bytes(type, shape));
    }

    static long bytes(DataType type, long[] shape) {
        return type.bytes(Tensor.elements(shape));
    }

    /** A new instruction for the node at hand; it has to be emitted when it is complete. */
    public Instruction instruction(Opcode opcode) {
        return new Instruction(opcode, name(current));
    }

    static String name(Node node) {
        if (node == null) {
            return "outputs";
        }
        return node.name().isEmpty()
                ? node.outputs().stream()
                        .filter(o -> o != null)
                        .findFirst()
                        .map(Value::name)
                        .orElse(node.opType())
                : node.name();
    }

    public void emit(Instruction instruction) {
        instructions.add(instruction);
    }

    /** Lets a node be computed together with the one at hand. */
    public void take(Node node) {
        taken.add(node);
    }

    public boolean isTaken(Node node) {
        return taken.contains(node);
    }
}
