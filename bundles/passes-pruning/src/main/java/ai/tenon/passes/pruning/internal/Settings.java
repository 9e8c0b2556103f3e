package ai.tenon.passes.pruning.internal;

import java.util.Map;

/** Reads the settings of the passes. */
final class Settings {
    private Settings() {}

    /**
     * A number from 0 to below 1.
     *
     * @throws IllegalArgumentException if it is none; the message names the setting
     */
    static double part(Map<String, String> settings, String name, double otherwise) {
        String text = settings.get(name);
        if (text == null) {
            return otherwise;
        }
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "setting " + name + "=" + text + " is no number from 0 to below 1");
        }
        return value;
    }

    /**
     * The exponent of the norm: 1 or 2.
     *
     * @throws IllegalArgumentException if the setting is neither l1 nor l2
     */
    static int norm(Map<String, String> settings) {
        String text = settings.getOrDefault("norm", "l1");
        return switch (text) {
            case "l1" -> 1;
            case "l2" -> 2;
            default ->
                    throw new IllegalArgumentException(
                            "setting norm=" + text + " is neither l1 nor l2");
        };
    }

    /**
     * True if two of every four weights are to go, false if the setting is absent.
     *
     * @throws IllegalArgumentException for any other pattern
     */
    static boolean twoOfFour(Map<String, String> settings) {
        String text = settings.get("pattern");
        if (text != null && !text.equals("2:4")) {
            throw new IllegalArgumentException(
                    "setting pattern=" + text + " is not known; 2:4 is the only one");
        }
        return text != null;
    }
}
