package ai.tenon.device.internal;

import ai.tenon.device.Sensor;
import ai.tenon.device.probe.RootFolder;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A sensor whose value is a number in a file. */
final class FileSensor implements Sensor {
    /** What the kernel writes for a temperature that it does not know lies below this. */
    private static final double ABSOLUTE_ZERO_CELSIUS = -273.15;

    private final RootFolder root;
    private final String name;
    private final Kind kind;
    private final String file;
    private final double unit;

    /**
     * @param unit one count of the file in the unit of the kind, for example 0.001 °C
     */
    FileSensor(RootFolder root, String name, Kind kind, String file, double unit) {
        this.root = root;
        this.name = name;
        this.kind = kind;
        this.file = file;
        this.unit = unit;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public String source() {
        return file;
    }

    @Override
    public OptionalDouble read() {
        OptionalLong counts = root.number(file);
        double value = counts.orElse(0) * unit;
        boolean unknown = kind == Kind.TEMPERATURE && value < ABSOLUTE_ZERO_CELSIUS;
        return counts.isEmpty() || unknown ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
