package ai.tenon.datasets.internal.cmapss;

import java.util.Arrays;
import java.util.List;

/**
 * Brings each sensor into -1..1, by its range over all engines of a file. In doubles: some sensors
 * move by less than a thousandth of their value.
 */
record SensorScale(double[] least, double[] most) {
    static SensorScale of(Engines engines) {
        double[] least = new double[Engines.SENSORS];
        double[] most = new double[Engines.SENSORS];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Arrays.fill(most, Double.NEGATIVE_INFINITY);
        engines.cycles().values().stream()
                .flatMap(List::stream)
                .forEach(
                        row -> {
                            for (int i = 0; i < row.length; i++) {
                                least[i] = Math.min(least[i], row[i]);
                                most[i] = Math.max(most[i], row[i]);
                            }
                        });
        return new SensorScale(least, most);
    }

    float scaled(double value, int sensor) {
        double range = most[sensor] - least[sensor];
        return range == 0 ? -1 : (float) (2 * (value - least[sensor]) / range - 1);
    }
}
