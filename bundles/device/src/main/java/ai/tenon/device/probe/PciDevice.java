package ai.tenon.device.probe;

/**
 * A device on the PCI bus, identified as in the PCI ID database.
 *
 * @param vendor four lower-case hex digits, for example {@code 10de}
 * @param device four lower-case hex digits
 * @param deviceClass base class and subclass, four lower-case hex digits, for example {@code 0302}
 */
public record PciDevice(String vendor, String device, String deviceClass) {}
