package ai.tenon.samples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Data as ONNX's own tests bring it: {@code test_data_set_N/input_K.pb} and {@code output_K.pb}.
 *
 * @param name as in {@code test_data_set_0}
 * @param inputs by position
 * @param outputs by position
 * @param <F> a file: its path or its contents
 */
public record TestData<F>(String name, List<F> inputs, List<F> outputs) {
    /** Path of a file below the folder with the data sets. */
    public static final Pattern FILE =
            Pattern.compile("(test_data_set_\\d{1,6})/(input|output)_(\\d{1,4})\\.pb");

    public TestData {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * Puts files in order.
     *
     * @param files by path below the folder; those that are no test data are passed over
     * @throws IOException if a position is missing
     */
    public static <F> List<TestData<F>> of(SortedMap<String, F> files) throws IOException {
        SortedMap<String, SortedMap<Integer, F>> inputs = new TreeMap<>();
        SortedMap<String, SortedMap<Integer, F>> outputs = new TreeMap<>();
        for (var file : files.entrySet()) {
            Matcher matcher = FILE.matcher(file.getKey());
            if (matcher.matches()) {
                (matcher.group(2).equals("input") ? inputs : outputs)
                        .computeIfAbsent(matcher.group(1), key -> new TreeMap<>())
                        .put(Integer.valueOf(matcher.group(3)), file.getValue());
            }
        }
        TreeSet<String> names = new TreeSet<>(inputs.keySet());
        names.addAll(outputs.keySet());
        List<TestData<F>> sets = new ArrayList<>();
        for (String name : names) {
            sets.add(new TestData<>(name, dense(name, inputs), dense(name, outputs)));
        }
        return sets;
    }

    private static <F> List<F> dense(String set, SortedMap<String, SortedMap<Integer, F>> all)
            throws IOException {
        SortedMap<Integer, F> byPosition = all.getOrDefault(set, new TreeMap<>());
        if (!byPosition.isEmpty() && byPosition.lastKey() != byPosition.size() - 1) {
            throw new IOException(set + " lacks a file between 0 and " + byPosition.lastKey());
        }
        return List.copyOf(byPosition.values());
    }
}
