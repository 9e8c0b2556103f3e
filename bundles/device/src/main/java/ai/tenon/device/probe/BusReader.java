package ai.tenon.device.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the ids of what is on the PCI bus and the USB from {@code /sys/bus}. */
final class BusReader {
    private static final int MAX_DEVICES = 1024;

    private BusReader() {}

    static List<PciDevice> pci(RootFolder root) {
        List<PciDevice> devices = new ArrayList<>();
        String bus = "/sys/bus/pci/devices/";
        for (String address : first(root.names(bus))) {
            Optional<String> vendor = id(root, bus + address + "/vendor", 0);
            Optional<String> device = id(root, bus + address + "/device", 0);
            // 0xBBSSPP: base class, subclass, programming interface
            Optional<String> deviceClass = id(root, bus + address + "/class", 2);
            if (vendor.isPresent() && device.isPresent() && deviceClass.isPresent()) {
                devices.add(new PciDevice(vendor.get(), device.get(), deviceClass.get()));
            }
        }
        return devices;
    }

    static List<UsbDevice> usb(RootFolder root) {
        List<UsbDevice> devices = new ArrayList<>();
        String bus = "/sys/bus/usb/devices/";
        for (String port : first(root.names(bus))) {
            if (port.indexOf(':') >= 0) {
                continue; // an interface of a device
            }
            Optional<String> vendor = id(root, bus + port + "/idVendor", 0);
            Optional<String> product = id(root, bus + port + "/idProduct", 0);
            if (vendor.isPresent() && product.isPresent()) {
                devices.add(new UsbDevice(vendor.get(), product.get()));
            }
        }
        return devices;
    }

    private static List<String> first(List<String> names) {
        return names.subList(0, Math.min(names.size(), MAX_DEVICES));
    }

    /** Four lower-case hex digits, with or without 0x before and {@code more} digits after them. */
    private static Optional<String> id(RootFolder root, String path, int more) {
        String text = root.value(path).orElse("").toLowerCase(Locale.ROOT);
        String digits = text.startsWith("0x") ? text.substring(2) : text;
        if (digits.length() != 4 + more) {
            return Optional.empty();
        }
        for (int i = 0; i < digits.length(); i++) {
            if ("0123456789abcdef".indexOf(digits.charAt(i)) < 0) {
                return Optional.empty();
            }
        }
        return Optional.of(digits.substring(0, 4));
    }
}
