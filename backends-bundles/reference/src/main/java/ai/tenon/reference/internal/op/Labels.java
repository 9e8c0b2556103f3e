package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Elements;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The simple ones of the classical machine learning operators. */
final class Labels implements Operators.Family {
    private static final String ML = "ai.onnx.ml";
    private static final Set<DataType> KEYS = Types.union(Types.NUMERIC, Types.STRING);

    @Override
    public void register(Operators ops) {
        ops.op(ML, "LabelEncoder").since(2).types(KEYS).one(Labels::encoder);
        ops.op(ML, "Binarizer")
                .types(Types.NUMERIC)
                .one(
                        call -> {
                            double threshold = call.real("threshold", 0);
                            return in -> Elementwise.map(in[0], x -> x > threshold ? 1 : 0);
                        });
        ops.op(ML, "ArrayFeatureExtractor")
                .types(KEYS)
                .input(1, Types.INDEXES)
                .one(call -> in -> extract(in[0], in[1]));
    }

    private static Kernel.OfOne encoder(Call call) throws Unsupported {
        Tensor keys = table(call, "keys");
        Tensor values = table(call, "values");
        if (keys == null || values == null || keys.size() != values.size()) {
            throw new Unsupported("keys and values do not match");
        }
        Tensor otherwise =
                call.tensor(
                        "default_tensor",
                        switch (values.type()) {
                            case STRING ->
                                    Tensor.ofStrings(
                                            new String[] {call.text("default_string", "_Unused")});
                            case FLOAT ->
                                    Numbers.ofFloats(new float[] {call.real("default_float", -0f)});
                            case INT64 ->
                                    Numbers.ofLongs(new long[] {call.integer("default_int64", -1)});
                            default -> Numbers.of(values.type(), new long[] {0});
                        });
        call.ignore("default_string", "default_float", "default_int64");
        Map<Object, Integer> places = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            places.putIfAbsent(key(keys, i), i);
        }
        return in -> {
            int[] index = new int[in[0].size()];
            for (int i = 0; i < index.length; i++) {
                index[i] = places.getOrDefault(key(in[0], i), -1);
            }
            return Elements.pick(values, index, otherwise, in[0].shape());
        };
    }

    /** The one of the four forms in which a table is given; null if there is none. */
    private static Tensor table(Call call, String name) {
        if (call.has(name + "_strings")) {
            List<String> texts = call.texts(name + "_strings", List.of());
            return Tensor.ofStrings(texts.toArray(String[]::new), texts.size());
        }
        if (call.has(name + "_int64s")) {
            long[] integers = call.integers(name + "_int64s");
            return Numbers.ofLongs(integers, integers.length);
        }
        if (call.has(name + "_floats")) {
            float[] reals = call.reals(name + "_floats");
            return Numbers.ofFloats(reals, reals.length);
        }
        return call.tensor(name + "_tensor", null);
    }

    /** Floating-point keys are equal bit by bit, so that NaN is found too. */
    private static Object key(Tensor tensor, int index) {
        return switch (tensor.type()) {
            case STRING -> tensor.strings()[index];
            case FLOAT -> tensor.buffer().getFloat(4 * index);
            case DOUBLE -> tensor.buffer().getDouble(8 * index);
            case INT64 -> tensor.buffer().getLong(8 * index);
            default -> Numbers.longs(tensor)[index];
        };
    }

    /** The columns of the last dimension that the indices name. */
    private static Tensor extract(Tensor x, Tensor indices) {
        Tensor flat = indices.reshaped(indices.size());
        Tensor picked = GatherFamily.gather(x, flat, -1);
        return x.rank() == 1 ? picked.reshaped(1, picked.size()) : picked;
    }
}
