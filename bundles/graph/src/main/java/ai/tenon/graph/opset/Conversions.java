package ai.tenon.graph.opset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All conversions, by operator and the version from which on they are needed. */
final class Conversions {
    private static final Conversions ALL = new Conversions();

    private final Map<String, List<Conversion>> conversions = new HashMap<>();

    private Conversions() {
        AttributesToInputs.register(this);
        ChangedMeanings.register(this);
        OldBroadcasting.register(this);
        RetiredOperators.register(this);
    }

    static List<Conversion> find(String opType, long version) {
        return ALL.conversions.getOrDefault(opType + "@" + version, List.of());
    }

    /** Adds one conversion for operators of these names, parted by blanks. */
    void add(long version, String names, Conversion conversion) {
        for (String name : names.split(" ")) {
            conversions
                    .computeIfAbsent(name + "@" + version, key -> new ArrayList<>())
                    .add(conversion);
        }
    }
}
