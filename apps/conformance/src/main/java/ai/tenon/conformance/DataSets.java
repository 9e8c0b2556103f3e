package ai.tenon.conformance;

import ai.tenon.conformance.TestCase.DataSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the files of a test's data sets in order. */
final class DataSets {
    /** Path below the test's folder. */
    static final Pattern FILE =
            Pattern.compile("(test_data_set_\\d{1,6})/(input|output)_(\\d{1,4})\\.pb");

    private DataSets() {}

    /**
     * @param files by path below the test's folder; those that are no test data are passed over
     * @throws IOException if a position is missing
     */
    static List<DataSet> of(SortedMap<String, ByteBuffer> files) throws IOException {
        SortedMap<String, SortedMap<Integer, ByteBuffer>> inputs = new TreeMap<>();
        SortedMap<String, SortedMap<Integer, ByteBuffer>> outputs = new TreeMap<>();
        for (var file : files.entrySet()) {
            Matcher matcher = FILE.matcher(file.getKey());
            if (matcher.matches()) {
                (matcher.group(2).equals("input") ? inputs : outputs)
                        .computeIfAbsent(matcher.group(1), key -> new TreeMap<>())
                        .put(Integer.valueOf(matcher.group(3)), file.getValue());
            }
        }
        List<DataSet> sets = new ArrayList<>();
        for (var output : outputs.entrySet()) {
            String name = output.getKey();
            sets.add(
                    new DataSet(
                            name,
                            dense(name, inputs.getOrDefault(name, new TreeMap<>())),
                            dense(name, output.getValue())));
        }
        return sets;
    }

    private static List<ByteBuffer> dense(String set, SortedMap<Integer, ByteBuffer> byPosition)
            throws IOException {
        if (!byPosition.isEmpty() && byPosition.lastKey() != byPosition.size() - 1) {
            throw new IOException(set + " lacks a file between 0 and " + byPosition.lastKey());
        }
        return List.copyOf(byPosition.values());
    }
}
