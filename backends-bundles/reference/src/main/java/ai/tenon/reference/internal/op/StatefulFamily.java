package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Windows;

/** Operators that carry a state from call to call: short convolutions and linear attention. */
final class StatefulFamily implements Operators.Family {
    /** How linear attention updates its state. */
    private record Settings(String rule, int queryHeads, int keyHeads, float scale) {
        boolean decays() {
            return rule.startsWith("gated");
        }

        boolean corrects() {
            return rule.endsWith("delta");
        }
    }

    @Override
    public void register(Operators ops) {
        ops.op("CausalConvWithState")
                .since(27)
                .types(Types.FLOATS)
                .many(
                        call -> {
                            String activation =
                                    call.oneOf("activation", "none", "none", "silu", "swish");
                            return in -> convolve(in, !activation.equals("none"));
                        });
        ops.op("LinearAttention")
                .since(27)
                .types(Types.FLOATS)
                .many(
                        call -> {
                            Settings settings =
                                    new Settings(
                                            call.oneOf(
                                                    "update_rule",
                                                    "gated_delta",
                                                    "linear",
                                                    "gated",
                                                    "delta",
                                                    "gated_delta"),
                                            (int) call.integer("q_num_heads", 0),
                                            (int) call.integer("kv_num_heads", 0),
                                            call.real("scale", 0));
                            call.ignore("chunk_size");
                            return in -> attend(in, settings);
                        });
    }

    /** Input [n, c, length], weight [c, 1, k], bias [c], past state [n, c, k - 1]. */
    private static Tensor[] convolve(Tensor[] in, boolean silu) {
        Tensor x = in[0];
        Tensor past = Kernel.optional(in, 3);
        long lead = in[1].dim(2) - 1;
        if (past == null) {
            past = Numbers.allocate(x.type(), x.dim(0), x.dim(1), lead);
        }
        Tensor padded = Rearranging.concat(new Tensor[] {past, x}, 2);
        Windows.Parameters plain = new Windows.Parameters("NOTSET", null, null, null, false);
        Tensor y =
                ConvolutionFamily.convolve(
                        padded, in[1], Kernel.optional(in, 2), plain, (int) x.dim(1));
        return new Tensor[] {
            silu ? Elementwise.map(y, v -> v * Activations.sigmoid(v)) : y,
            Slicing.part(padded, 2, padded.dim(2) - lead, lead)
        };
    }

    /**
     * Inputs query, key, value, past state, decay, beta; [batch, tokens, heads · size] but for the
     * state [batch, heads, key size, value size].
     */
    private static Tensor[] attend(Tensor[] in, Settings settings) {
        int batches = (int) in[0].dim(0);
        int tokens = (int) in[0].dim(1);
        int heads = settings.keyHeads;
        int shared = settings.queryHeads / heads;
        int keySize = (int) in[0].dim(2) / settings.queryHeads;
        int valueSize = (int) in[2].dim(2) / heads;
        int keyHeads = (int) in[1].dim(2) / keySize;
        double scale = settings.scale == 0 ? 1 / Math.sqrt(keySize) : settings.scale;
        double[] q = Numbers.doubles(in[0]);
        double[] k = Numbers.doubles(in[1]);
        double[] v = Numbers.doubles(in[2]);
        Tensor past = Kernel.optional(in, 3);
        double[] states =
                past == null
                        ? new double[batches * heads * keySize * valueSize]
                        : Numbers.doubles(past);
        Tensor decay = settings.decays() ? Kernel.optional(in, 4) : null;
        Tensor beta = settings.corrects() ? Kernel.optional(in, 5) : null;
        double[] decays = decay == null ? null : Numbers.doubles(decay);
        double[] betas = beta == null ? null : Numbers.doubles(beta);
        int perToken = decays == null ? 0 : decays.length / batches / tokens;
        int betasPerToken = betas == null ? 0 : betas.length / batches / tokens;
        double[] y = new double[batches * tokens * settings.queryHeads * valueSize];
        double[] write = new double[valueSize];
        for (int bh = 0; bh < batches * heads; bh++) {
            int b = bh / heads;
            int h = bh % heads;
            int base = bh * keySize * valueSize;
            for (int t = 0; t < tokens; t++) {
                int token = b * tokens + t;
                int key = (token * keyHeads + h * keyHeads / heads) * keySize;
                for (int i = 0; i < keySize && decays != null; i++) {
                    int at = token * perToken + (perToken == heads ? h : h * keySize + i);
                    for (int j = 0; j < valueSize; j++) {
                        states[base + i * valueSize + j] *= Math.exp(decays[at]);
                    }
                }
                System.arraycopy(v, (token * heads + h) * valueSize, write, 0, valueSize);
                if (settings.corrects()) {
                    double rate =
                            betas == null
                                    ? 1
                                    : betas[token * betasPerToken + (betasPerToken == 1 ? 0 : h)];
                    for (int j = 0; j < valueSize; j++) {
                        double known = 0;
                        for (int i = 0; i < keySize; i++) {
                            known += k[key + i] * states[base + i * valueSize + j];
                        }
                        write[j] = rate * (write[j] - known);
                    }
                }
                for (int i = 0; i < keySize; i++) {
                    for (int j = 0; j < valueSize; j++) {
                        states[base + i * valueSize + j] += k[key + i] * write[j];
                    }
                }
                for (int g = 0; g < shared; g++) {
                    int head = token * settings.queryHeads + h * shared + g;
                    for (int i = 0; i < keySize * valueSize; i++) {
                        y[head * valueSize + i % valueSize] +=
                                scale * q[head * keySize + i / valueSize] * states[base + i];
                    }
                }
            }
        }
        return new Tensor[] {
            Numbers.of(in[0].type(), y, batches, tokens, (long) settings.queryHeads * valueSize),
            Numbers.of(
                    past == null ? in[0].type() : past.type(),
                    states,
                    batches,
                    heads,
                    keySize,
                    valueSize)
        };
    }
}
