package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Text. */
final class Strings implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("StringConcat")
                .since(20)
                .types(Types.STRING)
                .one(call -> in -> concat(in[0], in[1]));
        ops.op("StringSplit")
                .since(20)
                .types(Types.STRING)
                .many(
                        call -> {
                            String delimiter = call.text("delimiter", "");
                            long most = call.integer("maxsplit", Integer.MAX_VALUE - 1);
                            return in -> split(in[0], delimiter, most);
                        });
        ops.op("StringNormalizer")
                .since(10)
                .types(Types.STRING)
                .one(
                        call -> {
                            String change =
                                    call.oneOf(
                                            "case_change_action", "NONE", "NONE", "LOWER", "UPPER");
                            boolean sensitive = call.flag("is_case_sensitive", false);
                            Set<String> stop = new TreeSet<>(order(sensitive));
                            stop.addAll(call.texts("stopwords", List.of()));
                            call.ignore("locale");
                            return in -> normalize(in[0], change, stop);
                        });
    }

    private static java.util.Comparator<String> order(boolean sensitive) {
        return sensitive ? java.util.Comparator.naturalOrder() : String.CASE_INSENSITIVE_ORDER;
    }

    private static Tensor concat(Tensor a, Tensor b) {
        long[] shape = Elementwise.shape(a, b);
        int[] ia = Strides.broadcastIndex(a.shape(), shape);
        int[] ib = Strides.broadcastIndex(b.shape(), shape);
        String[] result = new String[ia.length];
        Arrays.setAll(result, i -> a.strings()[ia[i]] + b.strings()[ib[i]]);
        return Tensor.ofStrings(result, shape);
    }

    /** Rows of parts, filled up with empty strings, and the number of parts of each. */
    private static Tensor[] split(Tensor x, String delimiter, long most) {
        List<String[]> rows = new ArrayList<>();
        int width = 0;
        for (String text : x.strings()) {
            String[] parts = parts(text, delimiter, (int) Math.min(most, Integer.MAX_VALUE - 1));
            rows.add(parts);
            width = Math.max(width, parts.length);
        }
        long[] shape = Arrays.copyOf(x.shape(), x.rank() + 1);
        shape[x.rank()] = width;
        String[] flat = new String[Tensor.elements(shape)];
        Arrays.fill(flat, "");
        long[] counts = new long[rows.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = rows.get(i).length;
            System.arraycopy(rows.get(i), 0, flat, i * width, rows.get(i).length);
        }
        return new Tensor[] {Tensor.ofStrings(flat, shape), Numbers.ofLongs(counts, x.shape())};
    }

    /** Without a delimiter, runs of white space separate and those at the ends do not count. */
    private static String[] parts(String text, String delimiter, int most) {
        if (delimiter.isEmpty()) {
            String trimmed = text.strip();
            return trimmed.isEmpty() ? new String[0] : trimmed.split("\\s+", most + 1);
        }
        return text.isEmpty()
                ? new String[0]
                : Pattern.compile(delimiter, Pattern.LITERAL).split(text, limit(most));
    }

    private static int limit(int most) {
        return most == Integer.MAX_VALUE - 1 ? -1 : most + 1;
    }

    /** [n] or [1, n] without the stop words; what would be empty is one empty string. */
    private static Tensor normalize(Tensor x, String change, Set<String> stop) {
        List<String> kept = new ArrayList<>();
        for (String word : x.strings()) {
            if (!stop.contains(word)) {
                kept.add(
                        switch (change) {
                            case "LOWER" -> word.toLowerCase(Locale.ROOT);
                            case "UPPER" -> word.toUpperCase(Locale.ROOT);
                            default -> word;
                        });
            }
        }
        if (kept.isEmpty()) {
            kept.add("");
        }
        String[] words = kept.toArray(String[]::new);
        return x.rank() == 1
                ? Tensor.ofStrings(words, words.length)
                : Tensor.ofStrings(words, 1, words.length);
    }
}
