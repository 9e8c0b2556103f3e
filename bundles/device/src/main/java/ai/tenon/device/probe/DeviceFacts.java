package ai.tenon.device.probe;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was found on a device. What could not be read is empty; nothing is guessed.
 *
 * @param board the board or product name from the device tree or DMI
 * @param cpu the processor
 * @param memoryBytes physical memory, or the control group's limit if that is lower
 * @param pci PCI devices in the order of their addresses, equal ones repeated
 * @param usb USB devices in the order of their ports, equal ones repeated
 * @param deviceNodes absolute paths of character devices, sorted, for example {@code
 *     /dev/dri/renderD128}
 * @param libraries shared libraries that the dynamic loader finds, sorted
 * @param sensors names of the thermal zones and hwmon chips, for example {@code cpu-thermal},
 *     sorted
 */
public record DeviceFacts(
        Optional<String> board,
        CpuFacts cpu,
        OptionalLong memoryBytes,
        List<PciDevice> pci,
        List<UsbDevice> usb,
        List<String> deviceNodes,
        List<SharedLibrary> libraries,
        List<String> sensors) {
    /** Copies the lists. */
    public DeviceFacts {
        pci = List.copyOf(pci);
        usb = List.copyOf(usb);
        deviceNodes = List.copyOf(deviceNodes);
        libraries = List.copyOf(libraries);
        sensors = List.copyOf(sensors);
    }
}
