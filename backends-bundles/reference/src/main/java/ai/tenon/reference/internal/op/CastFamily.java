package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;

/** Conversions between element types. */
final class CastFamily implements Operators.Family {
    private static final java.util.Set<DataType> CASTABLE =
            Types.union(Types.NUMBERS, Types.STRING);

    @Override
    public void register(Operators ops) {
        ops.op("Cast")
                .since(6)
                .types(CASTABLE)
                .one(
                        call -> {
                            DataType to = target(call.type("to", null));
                            boolean saturate = call.flag("saturate", true);
                            String mode = call.oneOf("round_mode", "up", "up", "down", "nearest");
                            return in -> cast(in[0], to, saturate, mode);
                        });
        ops.op("CastLike")
                .since(15)
                .types(CASTABLE)
                .one(
                        call -> {
                            boolean saturate = call.flag("saturate", true);
                            String mode = call.oneOf("round_mode", "up", "up", "down", "nearest");
                            return in -> cast(in[0], in[1].type(), saturate, mode);
                        });
        ops.op("BitCast")
                .since(26)
                .types(Types.NUMBERS)
                .one(
                        call -> {
                            DataType to = target(call.type("to", null));
                            if (call.inputType(0) != null
                                    && call.inputType(0).bits() != to.bits()) {
                                throw new Unsupported(
                                        "bits of " + call.inputType(0) + " do not make " + to);
                            }
                            return in -> Tensor.of(to, in[0].shape(), in[0].buffer().duplicate());
                        });
    }

    private static DataType target(DataType type) throws Unsupported {
        if (type == null || !CASTABLE.contains(type)) {
            throw new Unsupported("a cast to " + type + " is not known");
        }
        return type;
    }

    static Tensor cast(Tensor x, DataType to, boolean saturate, String mode) {
        if (x.type() == to) {
            return x;
        }
        if (x.type() == DataType.STRING) {
            return parse(x, to);
        }
        if (to == DataType.STRING) {
            return print(x);
        }
        if (to == DataType.BOOL) {
            double[] values = Numbers.doubles(x);
            boolean[] result = new boolean[values.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = values[i] != 0;
            }
            return Numbers.ofBooleans(result, x.shape());
        }
        if (to == DataType.FLOAT8E8M0) {
            return toExponents(Numbers.doubles(x), saturate, mode, x.shape());
        }
        if (!x.type().isFloat() && !to.isFloat()) {
            return Numbers.of(to, Numbers.longs(x), x.shape());
        }
        boolean small = to.bits() <= 8;
        return Numbers.of(to, Numbers.doubles(x), saturate && small, x.shape());
    }

    private static Tensor parse(Tensor x, DataType to) {
        double[] values = new double[x.size()];
        long[] exact = new long[x.size()];
        for (int i = 0; i < values.length; i++) {
            String text = x.strings()[i].strip();
            if (to.isFloat()) {
                values[i] = number(text);
            } else {
                exact[i] = to == DataType.BOOL ? (text.isEmpty() ? 0 : 1) : Long.parseLong(text);
            }
        }
        return to.isFloat() ? Numbers.of(to, values, x.shape()) : Numbers.of(to, exact, x.shape());
    }

    private static double number(String text) {
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static Tensor print(Tensor x) {
        String[] texts = new String[x.size()];
        if (x.type().isFloat()) {
            double[] values = Numbers.doubles(x);
            for (int i = 0; i < texts.length; i++) {
                double value = values[i];
                texts[i] =
                        Double.isNaN(value)
                                ? "NaN"
                                : Double.isInfinite(value)
                                        ? (value > 0 ? "INF" : "-INF")
                                        : x.type() == DataType.DOUBLE
                                                ? Double.toString(value)
                                                : Float.toString((float) value);
            }
        } else {
            long[] values = Numbers.longs(x);
            for (int i = 0; i < texts.length; i++) {
                texts[i] =
                        x.type() == DataType.BOOL
                                ? (values[i] != 0 ? "True" : "False")
                                : x.type() == DataType.UINT64
                                        ? Long.toUnsignedString(values[i])
                                        : Long.toString(values[i]);
            }
        }
        return Tensor.ofStrings(texts, x.shape());
    }

    /** Powers of two: OCP's E8M0, biased by 127, 255 for NaN. */
    private static Tensor toExponents(
            double[] values, boolean saturate, String mode, long... shape) {
        long[] codes = new long[values.length];
        for (int i = 0; i < codes.length; i++) {
            double value = Math.abs(values[i]);
            if (Double.isNaN(value) || Double.isInfinite(value) && !saturate) {
                codes[i] = 255;
                continue;
            }
            int exponent = value == 0 ? -128 : Math.getExponent(Math.min(value, 0x1p128));
            double fraction = value == 0 ? 1 : value / Math.scalb(1.0, exponent);
            boolean up =
                    switch (mode) {
                        case "up" -> fraction > 1;
                        case "nearest" -> fraction >= 1.5;
                        default -> false;
                    };
            int code = exponent + 127 + (up ? 1 : 0);
            codes[i] = code > 254 ? (saturate ? 254 : 255) : Math.max(code, 0);
        }
        return Numbers.ofCodes(DataType.FLOAT8E8M0, codes, shape);
    }
}
