package ai.tenon.device;

import java.util.List;

/**
 * What this device is, as probed at start; an OSGi service. What could not be found out is absent:
 * an empty text, -1, an empty list.
 *
 * @param board product name, as in {@code Raspberry Pi 5 Model B Rev 1.0}
 * @param architecture OSGi's name, as in {@code x86-64} or {@code aarch64}
 * @param cpu model name
 * @param cores that this process may use
 * @param isa instruction set extensions, as in {@code AVX512_VNNI} or {@code DOTPROD}
 * @param memoryBytes that this process may use
 * @param pci PCI devices, {@code vendor:device:class} in hex
 * @param usb USB devices, {@code vendor:device} in hex
 * @param deviceNodes paths of device nodes
 * @param libraries shared libraries, {@code soname version}
 */
public record DeviceDescription(
        String board,
        String architecture,
        String cpu,
        int cores,
        List<String> isa,
        long memoryBytes,
        List<String> pci,
        List<String> usb,
        List<String> deviceNodes,
        List<String> libraries) {
    public DeviceDescription {
        isa = List.copyOf(isa);
        pci = List.copyOf(pci);
        usb = List.copyOf(usb);
        deviceNodes = List.copyOf(deviceNodes);
        libraries = List.copyOf(libraries);
    }
}
