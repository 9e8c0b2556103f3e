package ai.tenon.semantic.search.internal;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.InferenceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Turns tokens into sentence embeddings through an endpoint, again and again with the same call and
 * buffers; for one thread at a time.
 */
final class Embedder implements AutoCloseable {
    private static final int MAX_SEQUENCE = 8192;

    private final Endpoint endpoint;
    private final Call call;
    private Signature signature;
    private List<Slot> slots = List.of();
    private int output;
    private int fixedLength;

    Embedder(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.call = endpoint.newCall();
    }

    /** An input of the model and what goes into it. */
    private static final class Slot {
        final TensorSpec spec;
        final ByteBuffer buffer;

        Slot(TensorSpec spec, int tokens) {
            this.spec = spec;
            this.buffer =
                    ByteBuffer.allocateDirect(tokens * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        }

        Tensor fill(Tokens tokens, int length) {
            long[] values =
                    switch (spec.name()) {
                        case "input_ids" -> tokens.ids();
                        case "attention_mask" -> tokens.attentionMask();
                        default -> tokens.typeIds();
                    };
            boolean wide = spec.type() == DataType.INT64;
            buffer.clear();
            for (int i = 0; i < length; i++) {
                long value = i < values.length ? values[i] : 0;
                if (wide) {
                    buffer.putLong(value);
                } else {
                    buffer.putInt((int) value);
                }
            }
            return Tensor.of(spec.type(), new long[] {1, length}, buffer.flip());
        }
    }

    /**
     * The embedding of a text, of length 1.
     *
     * @throws IllegalArgumentException if the endpoint's model makes no sentence embeddings
     */
    float[] embed(Tokens text) throws InferenceException {
        adapt(endpoint.signature());
        Tokens tokens = fixedLength > 0 && text.length() > fixedLength ? cut(text) : text;
        int length = fixedLength > 0 ? fixedLength : tokens.length();
        for (int i = 0; i < slots.size(); i++) {
            call.input(i, slots.get(i).fill(tokens, length));
        }
        try {
            call.run();
            return Pooling.sentence(call.output(output), tokens.attentionMask());
        } finally {
            call.release();
        }
    }

    /** What answered last, {@code name@version}. */
    String backend() {
        return call.backend();
    }

    /** The first tokens, with the special one that ends every text. */
    private Tokens cut(Tokens text) {
        long[] ids = Arrays.copyOf(text.ids(), fixedLength);
        ids[fixedLength - 1] = text.ids()[text.length() - 1];
        return new Tokens(
                ids,
                Arrays.copyOf(text.attentionMask(), fixedLength),
                Arrays.copyOf(text.typeIds(), fixedLength));
    }

    /** The endpoint's model may have been replaced since the last time. */
    private void adapt(Signature current) {
        if (current == signature) {
            return;
        }
        int fixed = 0;
        for (TensorSpec spec : current.inputs()) {
            require(spec);
            if (spec.shape() != null && spec.shape().get(1).isKnown()) {
                fixed = (int) spec.shape().get(1).length();
            }
        }
        int capacity = Math.max(fixed, Tokenizer.MAX_TOKENS);
        slots = current.inputs().stream().map(spec -> new Slot(spec, capacity)).toList();
        fixedLength = fixed;
        int pooled = current.indexOfOutput("sentence_embedding");
        output = pooled >= 0 ? pooled : Math.max(current.indexOfOutput("last_hidden_state"), 0);
        signature = current;
    }

    private void require(TensorSpec spec) {
        boolean known =
                List.of("input_ids", "attention_mask", "token_type_ids").contains(spec.name());
        boolean integers = spec.type() == DataType.INT64 || spec.type() == DataType.INT32;
        boolean matrix =
                spec.shape() == null
                        || spec.shape().rank() == 2 && spec.shape().get(1).length() <= MAX_SEQUENCE;
        if (!known || !integers || !matrix) {
            throw new IllegalArgumentException(
                    "the model of endpoint '"
                            + endpoint.name()
                            + "' takes "
                            + spec
                            + "; semantic search knows input_ids, attention_mask and token_type_ids,"
                            + " integers of [batch, sequence] with sequences of up to "
                            + MAX_SEQUENCE
                            + "; deploy a BERT-like sentence encoder");
        }
    }

    @Override
    public void close() {
        call.close();
    }
}
