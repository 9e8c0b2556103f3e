package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Einstein sums: {@code ij,jk->ik}. */
final class EinsumFamily implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("Einsum")
                .since(12)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            String equation = call.text("equation", "").replace(" ", "");
                            if (!equation.matches("[A-Za-z.,]*(->[A-Za-z.]*)?")) {
                                throw new Unsupported(
                                        "the equation '" + equation + "' is not understood");
                            }
                            return in -> sum(in, equation);
                        });
    }

    private static Tensor sum(Tensor[] in, String equation) {
        String[] sides = equation.split("->", 2);
        String[] terms = sides[0].split(",", -1);
        if (terms.length != in.length) {
            throw new IllegalArgumentException(equation + " does not have " + in.length + " terms");
        }
        int dots = 0;
        for (int i = 0; i < in.length; i++) {
            if (terms[i].contains("...")) {
                dots = Math.max(dots, in[i].rank() - terms[i].length() + 3);
            }
        }
        Map<Character, Long> lengths = new TreeMap<>();
        Map<Character, Integer> occurrences = new TreeMap<>();
        for (int i = 0; i < in.length; i++) {
            terms[i] = spell(terms[i], in[i].rank() - terms[i].length() + 3, dots);
            if (terms[i].length() != in[i].rank()) {
                throw new IllegalArgumentException(equation + " does not fit " + in[i]);
            }
            for (int axis = 0; axis < terms[i].length(); axis++) {
                long dim = in[i].dim(axis);
                lengths.merge(terms[i].charAt(axis), dim, (a, b) -> fit(a, b, equation));
                occurrences.merge(terms[i].charAt(axis), 1, Integer::sum);
            }
        }
        String output = sides.length > 1 ? spell(sides[1], dots, dots) : implied(occurrences, dots);
        List<Character> order = new ArrayList<>();
        output.chars().forEach(c -> order.add((char) c));
        lengths.keySet().stream().filter(label -> !order.contains(label)).forEach(order::add);
        long[] shape = order.stream().mapToLong(lengths::get).toArray();
        int inner = Strides.product(shape, output.length(), shape.length);
        double[] products = new double[Tensor.elements(shape)];
        java.util.Arrays.fill(products, 1);
        for (int i = 0; i < in.length; i++) {
            int[] own = Strides.of(in[i].shape());
            int[] strides = new int[shape.length];
            for (int axis = 0; axis < terms[i].length(); axis++) {
                int at = order.indexOf(terms[i].charAt(axis));
                strides[at] += in[i].dim(axis) == 1 ? 0 : own[axis];
            }
            double[] values = Numbers.doubles(in[i]);
            int[] index = Strides.index(shape, strides, 0);
            for (int j = 0; j < products.length; j++) {
                products[j] *= values[index[j]];
            }
        }
        long[] kept = java.util.Arrays.copyOf(shape, output.length());
        double[] sums = new double[Tensor.elements(kept)];
        for (int j = 0; j < products.length; j++) {
            sums[j / inner] += products[j];
        }
        return Numbers.of(in[0].type(), sums, kept);
    }

    private static long fit(long a, long b, String equation) {
        if (a != b && a != 1 && b != 1) {
            throw new IllegalArgumentException(equation + ": lengths " + a + " and " + b);
        }
        return Math.max(a, b);
    }

    /** Replaces the ellipsis by {@code count} digits, the last of {@code all}. */
    private static String spell(String term, int count, int all) {
        StringBuilder digits = new StringBuilder();
        for (int i = all - count; i < all; i++) {
            digits.append((char) ('0' + i));
        }
        return term.replace("...", digits);
    }

    /** The ellipsis, then the labels that occur once, in order. */
    private static String implied(Map<Character, Integer> occurrences, int dots) {
        StringBuilder output = new StringBuilder(spell("...", dots, dots));
        occurrences.forEach(
                (label, times) ->
                        output.append(Character.isDigit(label) || times > 1 ? "" : label));
        return output.toString();
    }
}
