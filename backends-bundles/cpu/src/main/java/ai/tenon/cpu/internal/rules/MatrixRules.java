package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.BlockWeights;
import ai.tenon.cpu.internal.lower.Columns;
import ai.tenon.cpu.internal.lower.Dimensions;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Quantizers;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.StoredBlocks;
import ai.tenon.cpu.internal.lower.Tail;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.lower.WeightMatrix;
import ai.tenon.cpu.internal.plan.Epilogue;
import ai.tenon.cpu.internal.plan.Instruction;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Packing;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;
import java.util.Map;

/** Products of matrices. */
final class MatrixRules {
    private static final int BATCH_DIMS = 4;

    private MatrixRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("MatMul", MatrixRules::matMul);
        rules.put("Gemm", MatrixRules::gemm);
    }

    private static void matMul(Node node, Lowering lowering) {
        Value a = node.input(0);
        Value b = node.input(1);
        require(lowering.type(a) == DataType.FLOAT, "MatMul of " + lowering.type(a));
        long[] bShape = lowering.shape(b);
        if (bShape.length == 2 && lowering.shape(a).length >= 1) {
            Node weights = Quantizers.weights(b, lowering);
            if (weights != null && quantized(node, weights, false, null, lowering)) {
                return;
            }
            BlockWeights blocks = StoredBlocks.matrix(b, lowering);
            if (blocks != null) {
                BlockRules.product(node, blocks, null, blocks.bits() == Byte.SIZE, lowering);
                return;
            }
            Tensor matrix = lowering.constant(b);
            if (matrix != null) {
                WeightMatrix packed =
                        new WeightMatrix(
                                lowering.key(b, matrix), matrix, bShape[0], bShape[1], false);
                product(node, lowering.plain(a), packed, null, lowering);
                return;
            }
        }
        batched(node, lowering);
    }

    /** A times a constant matrix, and what follows. */
    private static void product(
            Node node, Operand a, WeightMatrix b, float[] bias, Lowering lowering) {
        long[] shape = a.shape().clone();
        boolean vector = shape.length == 1;
        shape[shape.length - 1] = b.n();
        long m = a.size() / b.k();
        boolean half = lowering.options().bf16();
        boolean sparse = !half && Sparsity.pays(b, m, lowering);
        Opcode opcode = half ? Opcode.GEMM_BF16 : sparse ? Opcode.GEMM_SPARSE : Opcode.GEMM_F32;
        Packing packing =
                half ? Packing.GEMM_BF16 : sparse ? Packing.GEMM_SPARSE : Packing.GEMM_F32;
        String words = half ? " bf16" : sparse ? " sparse" : "";
        Tail tail = Tail.follow(node.output(0), bias, false, lowering);
        Epilogue epilogue = tail.take();
        Place c = lowering.room(tail.type(), shape);
        Instruction gemm =
                lowering.instruction(opcode)
                        .read(a.place())
                        .read(b.pack(packing, lowering))
                        .write(c)
                        .numbers(m, b.n(), b.k(), b.k(), b.n())
                        .doing(
                                "gemm " + m + "x" + b.n() + "x" + b.k() + words,
                                2 * m * b.n() * b.k());
        lowering.emit(epilogue.into(gemm));
        tail.set(Operand.dense(c, tail.type(), vector ? new long[] {b.n()} : shape));
    }

    private static void gemm(Node node, Lowering lowering) {
        Value a = node.input(0);
        Value b = node.input(1);
        require(lowering.type(a) == DataType.FLOAT, "Gemm of " + lowering.type(a));
        float alpha = node.floatAttribute("alpha", 1);
        float beta = node.floatAttribute("beta", 1);
        boolean transA = node.intAttribute("transA", 0) != 0;
        boolean transB = node.intAttribute("transB", 0) != 0;
        long[] bShape = lowering.shape(b);
        long k = bShape[transB ? 1 : 0];
        long n = bShape[transB ? 0 : 1];
        Value c = node.input(2);
        float[] bias =
                c == null ? null : Columns.of(lowering.constant(c), new long[] {1, n}, false);
        boolean plain = (c == null || bias != null) && alpha == 1 && !transA;
        if (bias != null && beta != 1) {
            bias = scaled(bias, beta);
        }
        Node weights = Quantizers.weights(b, lowering);
        if (plain && weights != null && quantized(node, weights, transB, bias, lowering)) {
            return;
        }
        BlockWeights blocks =
                !plain
                        ? null
                        : transB
                                ? StoredBlocks.rows(b, lowering)
                                : StoredBlocks.matrix(b, lowering);
        if (blocks != null) {
            BlockRules.product(node, blocks, bias, blocks.bits() == Byte.SIZE, lowering);
            return;
        }
        Tensor matrix = lowering.constant(b);
        if (plain && matrix != null) {
            product(
                    node,
                    lowering.plain(a),
                    new WeightMatrix(lowering.key(b, matrix), matrix, k, n, transB),
                    bias,
                    lowering);
            return;
        }
        general(node, alpha, beta, transA, transB, lowering);
    }

    private static float[] scaled(float[] numbers, float factor) {
        float[] scaled = numbers.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }

    /** Whatever Gemm allows: a product of computed matrices, then the addition. */
    private static void general(
            Node node, float alpha, float beta, boolean transA, boolean transB, Lowering lowering) {
        Operand a = lowering.plain(node.input(0));
        Operand b = lowering.plain(node.input(1));
        long m = a.shape()[transA ? 1 : 0];
        long k = a.shape()[transA ? 0 : 1];
        long n = b.shape()[transB ? 0 : 1];
        Operand y = Operand.dense(lowering.room(DataType.FLOAT, m, n), DataType.FLOAT, m, n);
        lowering.emit(
                lowering.instruction(Opcode.MATMUL_F32)
                        .read(a.place())
                        .read(b.place())
                        .write(y.place())
                        .read(null)
                        .numbers(m, n, k)
                        .numbers(transA ? 1 : k, transA ? m : 1, transB ? 1 : n, transB ? k : 1)
                        .array(BATCH_DIMS, 1, 1, 1, 1)
                        .array(BATCH_DIMS)
                        .array(BATCH_DIMS)
                        .real(alpha)
                        .doing("matmul " + m + "x" + n + "x" + k, 2 * m * n * k));
        if (node.input(2) != null && beta != 0) {
            Operand c = lowering.plain(node.input(2));
            if (beta != 1) {
                Operand factor = lowering.stored(Numbers.ofFloats(new float[] {beta}));
                c =
                        ElementwiseRules.combine(
                                ai.tenon.cpu.internal.plan.Fn2.MUL,
                                c,
                                factor,
                                DataType.FLOAT,
                                lowering);
            }
            y =
                    ElementwiseRules.combine(
                            ai.tenon.cpu.internal.plan.Fn2.ADD, y, c, DataType.FLOAT, lowering);
        }
        lowering.set(node.output(0), y);
    }

    /** Two computed tensors; dimensions before the last two are walked together. */
    private static void batched(Node node, Lowering lowering) {
        Operand a = lowering.plain(node.input(0));
        Operand b = lowering.plain(node.input(1));
        boolean vectorA = a.rank() == 1;
        boolean vectorB = b.rank() == 1;
        long[] aShape = vectorA ? new long[] {1, a.shape()[0]} : a.shape();
        long[] bShape = vectorB ? new long[] {b.shape()[0], 1} : b.shape();
        long m = aShape[aShape.length - 2];
        long k = aShape[aShape.length - 1];
        long n = bShape[bShape.length - 1];
        require(bShape[bShape.length - 2] == k, "MatMul of lengths that differ");
        long[] batch =
                Dimensions.broadcast(
                        Arrays.copyOf(aShape, aShape.length - 2),
                        Arrays.copyOf(bShape, bShape.length - 2));
        require(batch.length <= BATCH_DIMS, "MatMul of more than 6 dimensions");
        Place y =
                Place.arena(Float.BYTES * m * n * Arrays.stream(batch).reduce(1, (x, z) -> x * z));
        lowering.emit(
                lowering.instruction(Opcode.MATMUL_F32)
                        .read(a.place())
                        .read(b.place())
                        .write(y)
                        .read(null)
                        .numbers(m, n, k)
                        .numbers(k, 1, n, 1)
                        .array(BATCH_DIMS, leading(batch, 1))
                        .array(BATCH_DIMS, leading(batchStrides(aShape, batch, m * k), 0))
                        .array(BATCH_DIMS, leading(batchStrides(bShape, batch, k * n), 0))
                        .real(1)
                        .doing(
                                "matmul " + m + "x" + n + "x" + k,
                                2 * m * n * k * Arrays.stream(batch).reduce(1, (x, z) -> x * z)));
        lowering.set(
                node.output(0), Operand.dense(y, DataType.FLOAT, lowering.shape(node.output(0))));
    }

    private static long[] leading(long[] dims, long filler) {
        long[] four = new long[BATCH_DIMS];
        Arrays.fill(four, filler);
        System.arraycopy(dims, 0, four, BATCH_DIMS - dims.length, dims.length);
        return four;
    }

    private static long[] batchStrides(long[] shape, long[] batch, long step) {
        long[] strides = new long[batch.length];
        int own = shape.length - 2;
        for (int i = 1; i <= own; i++) {
            long length = shape[own - i];
            strides[batch.length - i] = length == 1 ? 0 : step;
            step *= length;
        }
        return strides;
    }

    /**
     * A quantized activation times constant 8-bit codes.
     *
     * @return false if it is no such product
     */
    private static boolean quantized(
            Node node, Node weights, boolean transB, float[] bias, Lowering lowering) {
        Tensor codes = lowering.constant(weights.input(0));
        Tensor scales = lowering.constant(weights.input(1));
        Operand from = lowering.of(node.input(0));
        if (from.quantization() == null
                || codes.type().bits() != 8
                || codes.rank() != 2
                || weights.intAttribute("block_size", 0) != 0) {
            return false;
        }
        long n = codes.dim(transB ? 0 : 1);
        long k = codes.dim(transB ? 1 : 0);
        long axis = Math.floorMod(weights.intAttribute("axis", 1), 2);
        float[] perColumn = WeightMatrix.perColumn(scales, n);
        if (perColumn == null || scales.size() != 1 && axis != (transB ? 0 : 1)) {
            return false;
        }
        Operand a = lowering.rowMajorAsIs(node.input(0));
        long[] shape = a.shape().clone();
        shape[shape.length - 1] = n;
        long m = a.size() / k;
        Tail tail = Tail.follow(node.output(0), bias, false, lowering);
        Epilogue epilogue = tail.take();
        epilogue.scale = lowering.stored(scaled(perColumn, (float) a.quantization().scale()));
        Place c = lowering.room(tail.type(), shape);
        int[] zeros = WeightMatrix.zeroPoints(lowering.constant(weights.input(2)), n);
        Place packed =
                new WeightMatrix(lowering.key(weights.input(0), codes), codes, k, n, transB)
                        .pack(Packing.GEMM_Q8, zeros, lowering);
        Instruction gemm =
                lowering.instruction(Opcode.GEMM_Q8)
                        .read(a.place())
                        .read(packed)
                        .write(c)
                        .read(null)
                        .numbers(a.quantization().zeroPoint(), m, n, k, k, n)
                        .doing("gemm " + m + "x" + n + "x" + k + " int8", 2 * m * n * k);
        lowering.emit(epilogue.into(gemm));
        tail.set(Operand.dense(c, tail.type(), shape));
        return true;
    }

    private static void require(boolean condition, String reason) {
        if (!condition) {
            throw new Unsupported(reason);
        }
    }
}
