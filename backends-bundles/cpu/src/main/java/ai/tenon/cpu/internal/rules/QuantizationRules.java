package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.DynamicProduct;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Quantization;
import ai.tenon.cpu.internal.lower.Quantizers;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.TableChain;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import java.util.Map;

/** From real numbers to codes and back. */
final class QuantizationRules {
    private QuantizationRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("QuantizeLinear", QuantizationRules::quantize);
        rules.put("DequantizeLinear", QuantizationRules::dequantize);
        rules.put("DynamicQuantizeLinear", QuantizationRules::dynamic);
        rules.put("MatMulInteger", QuantizationRules::product);
    }

    private static void quantize(Node node, Lowering lowering) {
        Value x = node.input(0);
        Quantization to = Quantizers.of(node, lowering);
        if (to == null || lowering.type(x) != DataType.FLOAT) {
            throw new Unsupported(
                    "QuantizeLinear of "
                            + lowering.type(x)
                            + " with other than one constant scale and 8-bit codes");
        }
        Operand from = lowering.of(x);
        if (from.quantization() != null) {
            requantize(node, from, to, lowering);
            return;
        }
        boolean picture = !from.channelsLast() && from.rank() == 4;
        Place y = lowering.room(DataType.UINT8, from.shape());
        long pixels = picture ? from.shape()[2] * from.shape()[3] : 0;
        long cols = picture ? from.shape()[1] : from.cols();
        lowering.emit(
                lowering.instruction(Opcode.QUANTIZE)
                        .read(from.place())
                        .write(y)
                        .read(null)
                        .read(null)
                        .numbers(cols == 0 ? 0 : from.size() / cols, cols)
                        .numbers(picture ? cols : from.ld(), cols)
                        .number(Types.number(DataType.UINT8))
                        .real(1 / to.scale())
                        .numbers(to.zeroPoint(), pixels)
                        .doing("quantize", 0));
        Operand codes =
                picture || from.channelsLast()
                        ? Operand.last(y, DataType.UINT8, from.shape())
                        : Operand.dense(y, DataType.UINT8, from.shape());
        lowering.set(node.output(0), codes.quantized(to));
    }

    /** From codes to codes: by a table, or not at all. */
    private static void requantize(Node node, Operand from, Quantization to, Lowering lowering) {
        Quantization by = from.quantization();
        if (by.scale() == to.scale() && by.zeroPoint() == to.zeroPoint()) {
            lowering.set(node.output(0), from.quantized(to));
            return;
        }
        lowering.set(
                node.output(0),
                table(from, Quantizers.table(java.util.List.of(), by, to), to, lowering));
    }

    /** The codes that a table gives for codes. */
    static Operand table(Operand from, byte[] table, Quantization to, Lowering lowering) {
        Place y = lowering.room(DataType.UINT8, from.shape());
        lowering.emit(
                lowering.instruction(Opcode.LUT)
                        .read(from.place())
                        .write(y)
                        .read(lowering.stored(table))
                        .numbers(from.rows(), from.cols(), from.ld(), from.cols())
                        .doing("table", 0));
        return new Operand(y, DataType.UINT8, from.shape(), from.channelsLast(), from.cols(), to);
    }

    private static void dequantize(Node node, Lowering lowering) {
        Value codes = node.input(0);
        Quantization by = Quantizers.of(node, lowering);
        if (by == null) {
            throw new Unsupported(
                    "DequantizeLinear of "
                            + lowering.type(codes)
                            + " that are computed, with other than one constant scale");
        }
        Operand from = lowering.of(codes);
        TableChain chain = TableChain.from(node, codes, by, lowering);
        if (from.quantization() == null) {
            from = codes(from, by, lowering);
        }
        if (chain != null) {
            chain.nodes().forEach(lowering::take);
            lowering.set(chain.end(), table(from, chain.table(), chain.quantization(), lowering));
            return;
        }
        lowering.set(node.output(0), from.quantized(by));
    }

    /** Codes that came as an input: INT8 ones are raised by 128. */
    private static Operand codes(Operand from, Quantization by, Lowering lowering) {
        if (!by.signed()) {
            return from.quantized(by);
        }
        byte[] raised = new byte[256];
        for (int i = 0; i < raised.length; i++) {
            raised[i] = (byte) (i ^ 0x80);
        }
        return table(from, raised, by, lowering);
    }

    private static void dynamic(Node node, Lowering lowering) {
        if (!DynamicProduct.serves(node, lowering)) {
            throw new Unsupported(
                    "DynamicQuantizeLinear of which others than MatMulInteger, Cast and Mul read");
        }
        for (Node reader : node.output(1).uses()) {
            lowering.take(reader); // the product of both scales
        }
    }

    private static void product(Node node, Lowering lowering) {
        DynamicProduct product = DynamicProduct.of(node, lowering);
        if (product == null) {
            throw new Unsupported(
                    "MatMulInteger that is not part of a dynamically quantized product of reals");
        }
        product.lower(lowering);
    }
}
