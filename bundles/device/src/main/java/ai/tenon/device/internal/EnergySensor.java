package ai.tenon.device.internal;

import ai.tenon.device.Sensor;
import ai.tenon.device.probe.RootFolder;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** The mean power between readings of a powercap energy counter (RAPL). */
final class EnergySensor implements Sensor {
    /** The counter moves about once a millisecond: closer readings would be noise. */
    private static final long MIN_INTERVAL_NANOS = 100_000_000;

    private final RootFolder root;
    private final String name;
    private final String folder;
    private final LongSupplier nanoTime;

    private OptionalLong energy;
    private long time;
    private OptionalDouble watts = OptionalDouble.empty();

    /**
     * @param folder with {@code energy_uj} and {@code max_energy_range_uj}
     * @param nanoTime as {@link System#nanoTime}
     */
    EnergySensor(RootFolder root, String name, String folder, LongSupplier nanoTime) {
        this.root = root;
        this.name = name;
        this.folder = folder;
        this.nanoTime = nanoTime;
        this.energy = root.number(source());
        this.time = nanoTime.getAsLong();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return Kind.POWER;
    }

    @Override
    public String source() {
        return folder + "/energy_uj";
    }

    /** Mean since the reading before; within 100 ms of it, the same again. */
    @Override
    public synchronized OptionalDouble read() {
        long now = nanoTime.getAsLong();
        long nanos = now - time;
        if (nanos < MIN_INTERVAL_NANOS) {
            return watts;
        }
        OptionalLong current = root.number(source());
        watts = mean(energy, current, nanos);
        energy = current;
        time = now;
        return watts;
    }

    private OptionalDouble mean(OptionalLong before, OptionalLong after, long nanos) {
        if (before.isEmpty() || after.isEmpty()) {
            return OptionalDouble.empty();
        }
        long used = after.getAsLong() - before.getAsLong();
        if (used < 0) { // the counter began again at zero
            OptionalLong range = root.number(folder + "/max_energy_range_uj");
            if (range.isEmpty()) {
                return OptionalDouble.empty();
            }
            used += range.getAsLong();
        }
        return used < 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(used * 1e3 / nanos); // µJ to nJ; nJ/ns = W
    }
}
