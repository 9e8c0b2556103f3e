package ai.tenon.device.probe;

/**
 * A device on the USB.
 *
 * @param vendor idVendor, four lower-case hex digits, for example {@code 18d1}
 * @param device idProduct, four lower-case hex digits
 */
public record UsbDevice(String vendor, String device) {}
