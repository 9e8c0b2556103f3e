package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Conversions;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import java.util.Map;

/** Attention and what belongs to it. */
final class AttentionRules {
    private static final int RANK = 4;

    private AttentionRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("Attention", AttentionRules::attention);
        rules.put("RotaryEmbedding", AttentionRules::rotary);
    }

    /** Queries, keys or values: where they lie, and the steps to the next batch, token and head. */
    private record Heads(
            Place place, long batch, long length, long heads, long width, long[] steps) {
        static Heads of(Operand x, long heads) {
            long[] shape = x.shape();
            if (shape.length == RANK) {
                long width = shape[3];
                return new Heads(
                        x.place(),
                        shape[0],
                        shape[2],
                        shape[1],
                        width,
                        new long[] {shape[1] * shape[2] * width, width, shape[2] * width});
            }
            if (shape.length != RANK - 1 || heads <= 0 || shape[2] % heads != 0) {
                throw new Unsupported("Attention over these shapes");
            }
            long width = shape[2] / heads;
            return new Heads(
                    x.place(),
                    shape[0],
                    shape[1],
                    heads,
                    width,
                    new long[] {shape[1] * shape[2], shape[2], width});
        }
    }

    private static void attention(Node node, Lowering lowering) {
        for (int i = 0; i < 3; i++) {
            if (lowering.type(node.input(i)) != DataType.FLOAT) {
                throw new Unsupported("Attention of " + lowering.type(node.input(i)));
            }
        }
        if (node.output(3) != null && node.output(3).isUsed()) {
            throw new Unsupported("Attention whose scores are read");
        }
        if (node.input(6) != null) {
            throw new Unsupported("Attention with nonpad_kv_seqlen");
        }
        Heads q = Heads.of(lowering.plain(node.input(0)), node.intAttribute("q_num_heads", 0));
        long kvHeads = node.intAttribute("kv_num_heads", 0);
        Heads k = Heads.of(lowering.plain(node.input(1)), kvHeads);
        Heads v = Heads.of(lowering.plain(node.input(2)), kvHeads);
        long past = 0;
        if (node.input(4) != null) {
            past = lowering.shape(node.input(4))[2];
            k = joined(k, node.input(4), node.output(1), lowering);
            v = joined(v, node.input(5), node.output(2), lowering);
        } else if (isUsed(node.output(1)) || isUsed(node.output(2))) {
            throw new Unsupported("Attention whose present keys are read though it has no past");
        }
        if (k.batch() != q.batch() || v.batch() != q.batch() || q.heads() % k.heads() != 0) {
            throw new Unsupported("Attention over these shapes");
        }
        emit(node, q, k, v, past, lowering);
    }

    private static boolean isUsed(Value value) {
        return value != null && value.isUsed();
    }

    /** Keys or values of the past and new ones, in one tensor [batch, heads, length, width]. */
    private static Heads joined(Heads fresh, Value past, Value present, Lowering lowering) {
        Operand old = lowering.plain(past);
        long[] shape = {
            fresh.batch(), fresh.heads(), old.shape()[2] + fresh.length(), fresh.width()
        };
        Place room = lowering.room(DataType.FLOAT, shape);
        Operand all = Operand.dense(room, DataType.FLOAT, shape);
        long[] steps = all.strides();
        Conversions.copy(
                old.place(), old.strides(), room, steps, old.shape(), DataType.FLOAT, lowering);
        long offset = Float.BYTES * old.shape()[2] * fresh.width();
        Conversions.copy(
                fresh.place(),
                new long[] {fresh.steps()[0], fresh.steps()[2], fresh.steps()[1], 1},
                room.at(offset, room.bytes() - offset),
                steps,
                new long[] {fresh.batch(), fresh.heads(), fresh.length(), fresh.width()},
                DataType.FLOAT,
                lowering);
        if (present != null) {
            lowering.set(present, all);
        }
        return Heads.of(all, 0);
    }

    private static void emit(Node node, Heads q, Heads k, Heads v, long past, Lowering lowering) {
        boolean four = lowering.shape(node.input(0)).length == RANK;
        long width = v.width();
        long[] shape =
                four
                        ? new long[] {q.batch(), q.heads(), q.length(), width}
                        : new long[] {q.batch(), q.length(), q.heads() * width};
        Operand y = Operand.dense(lowering.room(DataType.FLOAT, shape), DataType.FLOAT, shape);
        long[] out =
                four
                        ? new long[] {q.heads() * q.length() * width, width, q.length() * width}
                        : new long[] {q.length() * q.heads() * width, q.heads() * width, width};
        Operand mask = node.input(3) == null ? null : lowering.plain(node.input(3));
        long operations = 2 * q.batch() * q.heads() * q.length() * k.length() * (q.width() + width);
        lowering.emit(
                lowering.instruction(Opcode.ATTENTION)
                        .read(q.place())
                        .read(k.place())
                        .read(v.place())
                        .write(y.place())
                        .read(mask == null ? null : mask.place())
                        .numbers(q.batch(), q.heads(), k.heads(), q.length(), k.length())
                        .numbers(q.width(), width)
                        .numbers(q.steps())
                        .numbers(k.steps())
                        .numbers(v.steps())
                        .numbers(out)
                        .numbers(mask(mask, q, k))
                        .number(Types.number(mask == null ? DataType.FLOAT : mask.type()))
                        .flag(node.intAttribute("is_causal", 0) != 0)
                        .number(past)
                        .flag(lowering.options().bf16())
                        .real(node.floatAttribute("scale", (float) (1 / Math.sqrt(q.width()))))
                        .real(node.floatAttribute("softcap", 0))
                        .doing("attention " + q.length() + "x" + k.length(), operations));
        lowering.set(node.output(0), y);
    }

    /** Steps of the mask over batch, head, query and key. */
    private static long[] mask(Operand mask, Heads q, Heads k) {
        long[] steps = new long[RANK];
        if (mask == null) {
            return steps;
        }
        if (mask.type() != DataType.FLOAT && mask.type() != DataType.BOOL) {
            throw new Unsupported("Attention with a mask of " + mask.type());
        }
        long[] full = {q.batch(), q.heads(), q.length(), k.length()};
        long[] own = mask.strides();
        int missing = RANK - mask.rank();
        for (int i = 0; i < mask.rank(); i++) {
            long length = mask.shape()[i];
            if (missing < 0 || length != 1 && length != full[i + missing]) {
                throw new Unsupported("Attention with a mask of another shape");
            }
            steps[i + missing] = length == 1 ? 0 : own[i];
        }
        return steps;
    }

    /** Cosines or sines [batch, tokens, half]: as given, or rows of a table by position. */
    private static Operand angles(Node node, int input, Lowering lowering) {
        Operand table = lowering.plain(node.input(input));
        if (node.input(3) == null) {
            return table;
        }
        Operand positions = lowering.plain(node.input(3));
        if (table.rank() != 2 || positions.rank() != 2) {
            throw new Unsupported("RotaryEmbedding with position ids of another shape");
        }
        long half = table.shape()[1];
        long[] shape = {positions.shape()[0], positions.shape()[1], half};
        Place rows = lowering.room(DataType.FLOAT, shape);
        lowering.emit(
                lowering.instruction(Opcode.GATHER)
                        .read(table.place())
                        .read(positions.place())
                        .write(rows)
                        .numbers(1, table.shape()[0], half * Float.BYTES, positions.size())
                        .number(Types.number(positions.type()))
                        .doing("gather", 0));
        return Operand.dense(rows, DataType.FLOAT, shape);
    }

    private static void rotary(Node node, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        if (x.type() != DataType.FLOAT) {
            throw new Unsupported("RotaryEmbedding of " + x.type());
        }
        Heads heads = Heads.of(x, node.intAttribute("num_heads", 0));
        Operand cos = angles(node, 1, lowering);
        Operand sin = angles(node, 2, lowering);
        if (cos.rank() != 3) {
            throw new Unsupported("RotaryEmbedding with a table of " + cos.rank() + " dimensions");
        }
        long declared = node.intAttribute("rotary_embedding_dim", 0);
        long half = cos.shape()[2];
        Place y = lowering.room(DataType.FLOAT, x.shape());
        lowering.emit(
                lowering.instruction(Opcode.ROTARY)
                        .read(x.place())
                        .read(cos.place())
                        .read(sin.place())
                        .write(y)
                        .numbers(heads.batch(), heads.length(), heads.heads(), heads.width())
                        .number(declared == 0 ? 2 * half : declared)
                        .number(node.intAttribute("interleaved", 0))
                        .numbers(heads.steps())
                        .numbers(heads.steps())
                        .numbers(cos.shape()[0] == 1 ? 0 : cos.shape()[1] * half, half)
                        .doing("rotary embedding", 3 * x.size()));
        lowering.set(node.output(0), Operand.dense(y, DataType.FLOAT, x.shape()));
    }
}
