package ai.tenon.device;

/**
 * A power mode of the device.
 *
 * @param name the device's own, as in {@code powersave}
 */
public record PowerMode(String name) {}
