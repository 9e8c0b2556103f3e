package ai.tenon.backend;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Inputs for warming up, checking and measuring a model that came without any: always the same for
 * the same signature. Floats are uniform in [-1, 1); integers are 0 or 1, which is a valid index,
 * mask and count nearly everywhere. Unknown dimensions are 1 when outermost and 8 otherwise, unless
 * a setting {@code shape.INPUT=1x128} says better.
 */
public final class SeededInputs {
    private static final String PREFIX = "shape.";
    private static final long SEED = 42;
    private static final long UNKNOWN_LENGTH = 8;
    private static final int UNKNOWN_RANK = 2;

    private SeededInputs() {}

    /**
     * One tensor per input, in direct buffers.
     *
     * @param settings of which those named {@code shape.INPUT} are heeded
     * @throws IllegalArgumentException if a shape setting is malformed, does not fit or is for an
     *     input that the model does not have; it names the setting
     */
    public static Tensor[] of(Signature signature, Map<String, String> settings) {
        return of(signature, settings, SEED);
    }

    /**
     * As {@link #of(Signature, Map)}, with other contents for every seed.
     *
     * @throws IllegalArgumentException likewise
     */
    public static Tensor[] of(Signature signature, Map<String, String> settings, long seed) {
        requireInputs(signature, settings);
        Random random = new Random(seed);
        Tensor[] inputs = new Tensor[signature.inputs().size()];
        for (int i = 0; i < inputs.length; i++) {
            TensorSpec spec = signature.inputs().get(i);
            String setting = settings.get(PREFIX + spec.name());
            long[] shape = setting == null ? defaultShape(spec) : parse(spec.name(), setting);
            inputs[i] = fill(spec.type(), shape, random);
            if (!spec.accepts(inputs[i])) {
                throw new IllegalArgumentException(
                        "setting shape." + spec.name() + "=" + setting + " does not fit " + spec);
            }
        }
        return inputs;
    }

    /**
     * @throws IllegalArgumentException if a setting {@code shape.INPUT} is for an input that the
     *     model does not have; it names the setting
     */
    public static void requireInputs(Signature signature, Map<String, String> settings) {
        List<String> names = signature.inputs().stream().map(TensorSpec::name).toList();
        for (String setting : settings.keySet()) {
            if (setting.startsWith(PREFIX) && !names.contains(setting.substring(PREFIX.length()))) {
                throw new IllegalArgumentException(
                        "setting " + setting + " is for no input of the model; it has " + names);
            }
        }
    }

    private static long[] defaultShape(TensorSpec spec) {
        if (spec.shape() == null) {
            long[] shape = new long[UNKNOWN_RANK];
            Arrays.fill(shape, 1);
            return shape;
        }
        long[] shape = new long[spec.shape().rank()];
        for (int axis = 0; axis < shape.length; axis++) {
            Dimension dimension = spec.shape().get(axis);
            shape[axis] = dimension.isKnown() ? dimension.length() : axis == 0 ? 1 : UNKNOWN_LENGTH;
        }
        return shape;
    }

    private static long[] parse(String input, String text) {
        try {
            return Arrays.stream(text.split("x"))
                    .mapToLong(part -> Long.parseLong(part.trim()))
                    .toArray();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "setting shape."
                            + input
                            + "="
                            + text
                            + " is no shape; write it as in shape."
                            + input
                            + "=1x128",
                    e);
        }
    }

    private static Tensor fill(DataType type, long[] shape, Random random) {
        if (type == DataType.STRING) {
            String[] strings = new String[Tensor.elements(shape)];
            Arrays.fill(strings, "a");
            return Tensor.ofStrings(strings, shape);
        }
        Tensor tensor = Tensor.allocate(type, shape);
        ByteBuffer buffer = tensor.buffer();
        for (int i = 0; i < tensor.size(); i++) {
            switch (type) {
                case FLOAT -> buffer.putFloat(4 * i, 2 * random.nextFloat() - 1);
                case DOUBLE -> buffer.putDouble(8 * i, 2 * random.nextDouble() - 1);
                // 1.0 or -1.0, which both 16-bit formats can say
                case FLOAT16 ->
                        buffer.putShort(2 * i, (short) (random.nextBoolean() ? 0x3C00 : 0xBC00));
                case BFLOAT16 ->
                        buffer.putShort(2 * i, (short) (random.nextBoolean() ? 0x3F80 : 0xBF80));
                case INT64, UINT64 -> buffer.putLong(8 * i, random.nextInt(2));
                case INT32, UINT32 -> buffer.putInt(4 * i, random.nextInt(2));
                case INT16, UINT16 -> buffer.putShort(2 * i, (short) random.nextInt(2));
                case BOOL, INT8, UINT8 -> buffer.put(i, (byte) random.nextInt(2));
                default -> {
                    // complex, 8-bit floats and packed types stay zero
                    return tensor;
                }
            }
        }
        return tensor;
    }
}
