package ai.tenon.datasets.internal.cmapss;

import ai.tenon.datasets.internal.LabelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the sensors said, engine by engine and cycle by cycle.
 *
 * @param cycles rows of {@link #SENSORS} values by engine
 */
record Engines(Map<Integer, List<double[]>> cycles) {
    /** Columns that vary: all but engine, cycle, settings and the constant sensors. */
    private static final int[] COLUMNS = {6, 7, 8, 11, 12, 13, 15, 16, 17, 18, 19, 21, 24, 25};

    private static final int FIELDS = 26;

    /** Values per row. */
    static final int SENSORS = COLUMNS.length;

    /** Reads one of NASA's files: 26 numbers a line, separated by spaces. */
    static Engines read(Path file) throws IOException {
        Map<Integer, List<double[]>> cycles = new TreeMap<>();
        for (String line : LabelFile.lines(file)) {
            String[] fields = line.strip().split("\\s+");
            try {
                if (fields.length != FIELDS) {
                    throw new NumberFormatException(fields.length + " fields");
                }
                double[] row = new double[SENSORS];
                for (int i = 0; i < SENSORS; i++) {
                    row[i] = Double.parseDouble(fields[COLUMNS[i]]);
                }
                cycles.computeIfAbsent(Integer.valueOf(fields[0]), engine -> new ArrayList<>())
                        .add(row);
            } catch (NumberFormatException e) {
                throw new IOException(file + " has a line without 26 numbers: " + line, e);
            }
        }
        return new Engines(cycles);
    }
}
