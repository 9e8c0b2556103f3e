package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.DataType;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantizer.weights.internal.Format.Granularity;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A scheme's settings, checked.
 *
 * @param format of the codes
 * @param method {@code rtn}, {@code hqq} or {@code gptq}
 * @param dampening of GPTQ: part of the mean diagonal
 * @param actOrder of GPTQ: whether weights of the strongest inputs are rounded first
 * @param operator whether {@code MatMulNBits} is used where it can be
 * @param accuracyLevel of {@code MatMulNBits}
 * @param convolutions whether convolutions are quantized too
 * @param minLength layers that sum fewer products stay as they are
 * @param embeddingBits of embedding tables; 0 if they stay as they are
 */
record Settings(
        Format format,
        String method,
        double dampening,
        boolean actOrder,
        boolean operator,
        int accuracyLevel,
        boolean convolutions,
        int minLength,
        int embeddingBits) {
    private static final Set<String> COMMON =
            Set.of(
                    "granularity",
                    "block",
                    "method",
                    "dampening",
                    "act-order",
                    "conv",
                    "min-length",
                    "embeddings",
                    QuantizationScheme.EXCLUDE,
                    QuantizationScheme.EXCLUDE_CLASSES);

    /** Number of bits of a scheme. */
    static int bits(String scheme) {
        return switch (scheme) {
            case "int6" -> 6;
            case "int4" -> 4;
            case "int2" -> 2;
            case "binary" -> 1;
            default ->
                    throw new IllegalArgumentException(
                            "unknown scheme '"
                                    + scheme
                                    + "'; there are "
                                    + WeightQuantizer.SCHEMES);
        };
    }

    /** Names of the settings that a scheme has. */
    static Set<String> names(String scheme) {
        int bits = bits(scheme);
        Set<String> names = new TreeSet<>(COMMON);
        if (bits > 1) {
            names.add("symmetric");
        }
        if (bits == 4 || bits == 2) {
            names.addAll(Set.of("form", "accuracy-level"));
        }
        return names;
    }

    /**
     * Reads the settings of a scheme.
     *
     * @throws IllegalArgumentException if one is unknown or has a value that makes no sense
     */
    static Settings of(QuantizationScheme scheme) {
        int bits = bits(scheme.name());
        Set<String> known = names(scheme.name());
        for (String name : scheme.settings().keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        scheme.name() + " has no setting '" + name + "'; it has " + known);
            }
        }
        boolean hasOperator = bits == 4 || bits == 2;
        String other = bits == 4 ? "qdq" : "function";
        boolean operator =
                hasOperator && choice(scheme, "form", "matmulnbits", other).equals("matmulnbits");
        String method =
                bits == 1
                        ? choice(scheme, "method", "rtn", "gptq")
                        : choice(scheme, "method", "rtn", "hqq", "gptq");
        Granularity granularity =
                Granularity.valueOf(
                        choice(
                                        scheme,
                                        "granularity",
                                        bits == 1 ? "per-channel" : "per-block",
                                        "per-block",
                                        "per-channel",
                                        "per-tensor")
                                .replace('-', '_')
                                .toUpperCase(Locale.ROOT));
        if (method.equals("hqq") && granularity == Granularity.PER_TENSOR) {
            throw new IllegalArgumentException(
                    "method=hqq fits the scales of channels or blocks:"
                            + " it cannot go with granularity=per-tensor");
        }
        int block = whole(scheme, "block", 32, 16, 1 << 16);
        if (Integer.bitCount(block) != 1) {
            throw new IllegalArgumentException(
                    "block must be a power of two from 16 on, not " + block);
        }
        // zeros pay for themselves in few bits; beside six they would take too much room
        boolean symmetric = bits == 1 || flag(scheme, "symmetric", !hasOperator);
        DataType scaleType = bits == 4 || operator ? DataType.FLOAT : DataType.FLOAT16;
        int level = whole(scheme, "accuracy-level", 4, 0, 4);
        return new Settings(
                new Format(bits, granularity, block, symmetric, scaleType),
                method,
                number(scheme, "dampening", 0.01, 1e-6, 1),
                flag(scheme, "act-order", true),
                operator,
                level,
                flag(scheme, "conv", false),
                whole(scheme, "min-length", 64, 1, Integer.MAX_VALUE),
                switch (choice(scheme, "embeddings", "keep", "int8", "int4")) {
                    case "int8" -> 8;
                    case "int4" -> 4;
                    default -> 0;
                });
    }

    private static String choice(QuantizationScheme scheme, String name, String... choices) {
        String value = scheme.setting(name, choices[0]);
        List<String> all = Arrays.stream(choices).distinct().toList();
        if (!all.contains(value)) {
            throw new IllegalArgumentException(
                    scheme.name()
                            + ": "
                            + name
                            + " must be one of "
                            + all
                            + ", not '"
                            + value
                            + "'");
        }
        return value;
    }

    private static boolean flag(QuantizationScheme scheme, String name, boolean otherwise) {
        String none = Boolean.toString(otherwise);
        return choice(scheme, name, none, Boolean.toString(!otherwise)).equals("true");
    }

    private static int whole(
            QuantizationScheme scheme, String name, int otherwise, int least, int most) {
        double value = number(scheme, name, otherwise, least, most);
        if (value != Math.rint(value)) {
            throw new IllegalArgumentException(
                    scheme.name() + ": " + name + " must be a whole number, not " + value);
        }
        return (int) value;
    }

    private static double number(
            QuantizationScheme scheme, String name, double otherwise, double least, double most) {
        String text = scheme.setting(name, Double.toString(otherwise));
        try {
            double value = Double.parseDouble(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below, like numbers out of range
        }
        throw new IllegalArgumentException(
                scheme.name()
                        + ": "
                        + name
                        + " must be a number from "
                        + BigDecimal.valueOf(least).stripTrailingZeros().toPlainString()
                        + " to "
                        + BigDecimal.valueOf(most).stripTrailingZeros().toPlainString()
                        + ", not '"
                        + text
                        + "'");
    }
}
