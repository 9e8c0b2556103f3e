package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.plan.Epilogue;
import ai.tenon.cpu.internal.plan.Fn;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import java.util.ArrayList;
import java.util.List;

/**
 * The nodes behind a product or convolution that are computed while its result is at hand: bias,
 * residual, activation, scale and shift, quantization, and functions of quantized numbers. They are
 * followed as long as nobody else reads what lies between.
 */
public final class Tail {
    private enum Stage {
        BIAS,
        FUNCTION,
        AFFINE,
        RESIDUAL,
        QUANTIZED
    }

    private final Lowering lowering;
    private final boolean channelsLast;
    private final long[] shape;
    private final Epilogue epilogue = new Epilogue();
    private final List<Node> nodes = new ArrayList<>();
    private float[] bias;
    private Stage stage = Stage.BIAS;
    private Quantization quantization;
    private byte[] table;
    private Value end;

    private Tail(Lowering lowering, Value start, boolean channelsLast) {
        this.lowering = lowering;
        this.channelsLast = channelsLast;
        this.shape = lowering.shape(start);
        this.end = start;
    }

    /**
     * Follows from a node's output; the nodes found are not yet taken.
     *
     * @param bias that the node itself adds, per column; null for none
     * @param channelsLast how the result will lie in memory
     */
    public static Tail follow(Value start, float[] bias, boolean channelsLast, Lowering lowering) {
        Tail tail = new Tail(lowering, start, channelsLast);
        tail.bias = bias;
        while (tail.step()) {
            // each step moves the end
        }
        return tail;
    }

    /**
     * As {@link #follow}, of a node that itself adds a residual and applies a function; channels
     * are last.
     *
     * @param residual null for none
     */
    public static Tail behind(
            Value start,
            float[] bias,
            Value residual,
            Fn fn,
            double a,
            double b,
            Lowering lowering) {
        Tail tail = new Tail(lowering, start, true);
        tail.bias = bias;
        if (residual != null) {
            tail.addResidual(residual, true);
        }
        tail.epilogue.fn = fn;
        tail.epilogue.a = a;
        tail.epilogue.b = b;
        tail.stage = Stage.AFFINE;
        while (tail.step()) {
            // each step moves the end
        }
        return tail;
    }

    private boolean step() {
        if (end.isGraphOutput()) {
            return false;
        }
        if (end.uses().size() == 2) {
            return stage.compareTo(Stage.FUNCTION) <= 0 && gate();
        }
        if (end.uses().size() != 1) {
            return false;
        }
        Node reader = end.uses().get(0);
        if (reader.graph() != end.graph() || lowering.isTaken(reader)) {
            return false;
        }
        if (stage == Stage.QUANTIZED) {
            return lookUp(reader);
        }
        return add(reader) || function(reader) || quantize(reader);
    }

    /** x * sigmoid(x) and the like, spelt in two nodes. */
    private boolean gate() {
        for (Node first : end.uses()) {
            Unary gate = first.outputs().size() == 1 ? Unary.of(first, lowering) : null;
            Node product =
                    gate == null || gate.gated() == null
                            ? null
                            : Match.soleReader(first.output(0), "Mul");
            if (product != null && Match.other(product, first.output(0)) == end) {
                epilogue.fn = gate.gated();
                return moveTo(product, Stage.AFFINE, first);
            }
        }
        return false;
    }

    private boolean add(Node node) {
        if (!Match.is(node, "Add")) {
            return false;
        }
        Value other = Match.other(node, end);
        if (other == null || other == end) {
            return false;
        }
        if (stage == Stage.BIAS && epilogue.residual == null) {
            float[] more = Columns.of(lowering.constant(other), shape, channelsLast);
            if (more != null) {
                bias = bias == null ? more : sum(bias, more);
                return moveTo(node, Stage.BIAS);
            }
        }
        boolean first = stage.compareTo(Stage.FUNCTION) <= 0;
        if (epilogue.residual != null || !isResidual(other) || node.output(0) == null) {
            return false;
        }
        addResidual(other, first);
        return moveTo(node, first ? Stage.FUNCTION : Stage.RESIDUAL);
    }

    private void addResidual(Value other, boolean first) {
        Operand residual = channelsLast ? lowering.lastAsIs(other) : lowering.rowMajorAsIs(other);
        epilogue.residual = residual.place();
        epilogue.residualLd = residual.ld();
        epilogue.residualType = residual.type();
        epilogue.residualFirst = first;
        if (residual.quantization() != null) {
            epilogue.residualScale = residual.quantization().scale();
            epilogue.residualZp = residual.quantization().zeroPoint();
        }
    }

    private boolean isResidual(Value other) {
        if (!lowering.isThere(other) || lowering.type(other) != DataType.FLOAT) {
            return false;
        }
        return java.util.Arrays.equals(lowering.shape(other), shape);
    }

    private static float[] sum(float[] a, float[] b) {
        float[] sum = new float[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }

    private boolean function(Node node) {
        Unary unary = Unary.of(node, lowering);
        if (unary == null || unary.input() != end || node.outputs().size() != 1) {
            return false;
        }
        if (unary.fn() == Fn.ID) {
            return moveTo(node, stage);
        }
        if (stage.compareTo(Stage.FUNCTION) <= 0 && unary.fn() != Fn.AFFINE) {
            epilogue.fn = unary.fn();
            epilogue.a = unary.a();
            epilogue.b = unary.b();
            return moveTo(node, Stage.AFFINE);
        }
        if (stage.compareTo(Stage.AFFINE) <= 0 && unary.fn() == Fn.AFFINE) {
            if (epilogue.fn == Fn.ID && isFunctionNext(node)) {
                return false;
            }
            epilogue.postAdd = epilogue.postAdd * unary.a() + unary.b();
            epilogue.postMul *= unary.a();
            return moveTo(node, Stage.AFFINE);
        }
        return false;
    }

    /** Behind scale and shift there is no function any more: then they had better not be taken. */
    private boolean isFunctionNext(Node node) {
        Value output = node.output(0);
        if (!Match.isReadOnce(output)) {
            return false;
        }
        Unary next = Unary.of(output.uses().get(0), lowering);
        return next != null && next.fn() != Fn.AFFINE && next.fn() != Fn.ID;
    }

    private boolean quantize(Node node) {
        if (!Match.is(node, "QuantizeLinear") || node.input(0) != end) {
            return false;
        }
        Quantization by = Quantizers.of(node, lowering);
        if (by == null) {
            return false;
        }
        quantization = by;
        return moveTo(node, Stage.QUANTIZED);
    }

    /** DequantizeLinear, functions, QuantizeLinear: a table from codes to codes. */
    private boolean lookUp(Node node) {
        TableChain chain = TableChain.from(node, end, quantization, lowering);
        if (chain == null) {
            return false;
        }
        byte[] next = chain.table();
        if (table == null) {
            epilogue.outScale = quantization.scale();
            epilogue.outZp = quantization.zeroPoint();
        } else {
            byte[] composed = new byte[256];
            for (int i = 0; i < composed.length; i++) {
                composed[i] = next[table[i] & 0xFF];
            }
            next = composed;
        }
        table = next;
        quantization = chain.quantization();
        nodes.addAll(chain.nodes());
        end = chain.end();
        return true;
    }

    private boolean moveTo(Node node, Stage next, Node... besides) {
        nodes.addAll(List.of(besides));
        nodes.add(node);
        stage = next;
        end = node.output(0);
        return true;
    }

    /** What is added per column; null for nothing. */
    float[] bias() {
        return bias;
    }

    /** Lets what is added be given otherwise, by {@link Epilogue#bias}. */
    void dropBias() {
        bias = null;
    }

    /** Takes all nodes that were found, and completes the epilogue. */
    public Epilogue take() {
        nodes.forEach(lowering::take);
        if (bias != null) {
            epilogue.bias = lowering.stored(bias);
        }
        if (quantization != null) {
            epilogue.outType = DataType.UINT8;
            if (table == null) {
                epilogue.outScale = quantization.scale();
                epilogue.outZp = quantization.zeroPoint();
            } else {
                epilogue.lut = lowering.stored(table);
            }
        }
        return epilogue;
    }

    /** The value that is stored in the end. */
    Value end() {
        return end;
    }

    /** How the result is quantized; null if it is FLOAT. */
    Quantization quantization() {
        return quantization;
    }

    /** Type of the result in memory. */
    public DataType type() {
        return quantization == null ? DataType.FLOAT : DataType.UINT8;
    }

    /** Says where the result lies. */
    public void set(Operand operand) {
        lowering.set(end, operand.quantized(quantization));
    }
}
