package ai.tenon.device.internal;

import ai.tenon.device.DeviceDescription;
import ai.tenon.device.PowerControl;
import ai.tenon.device.Sensor;
import ai.tenon.device.probe.CpuFacts;
import ai.tenon.device.probe.DeviceFacts;
import ai.tenon.device.probe.DeviceProbe;
import ai.tenon.device.probe.PciDevice;
import ai.tenon.device.probe.RootFolder;
import ai.tenon.device.probe.SharedLibrary;
import ai.tenon.device.probe.UsbDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes what the device is, its sensors and its power modes, each as a service. */
@Component(
        service = {},
        immediate = true)
public final class DevicePublisher {
    private static final Logger LOG = LoggerFactory.getLogger(DevicePublisher.class);

    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    @Activate
    public DevicePublisher(BundleContext context) {
        this(context, new RootFolder(Path.of("/")), new DeviceProbe());
    }

    DevicePublisher(BundleContext context, RootFolder root, DeviceProbe probe) {
        DeviceDescription device =
                describe(probe.probe(), Runtime.getRuntime().availableProcessors());
        registrations.add(context.registerService(DeviceDescription.class, device, null));
        List<Sensor> sensors = SensorScan.of(root);
        for (Sensor sensor : sensors) {
            Map<String, String> properties =
                    Map.of("name", sensor.name(), "kind", sensor.kind().name());
            registrations.add(
                    context.registerService(
                            Sensor.class, sensor, FrameworkUtil.asDictionary(properties)));
        }
        LOG.info("This device: {}; {} sensors", summary(device), sensors.size());
        try {
            PowerControl power = CpufreqPowerControl.open(root);
            registrations.add(context.registerService(PowerControl.class, power, null));
        } catch (IOException e) {
            LOG.info("Power modes cannot be switched on this device: {}", e.getMessage());
        }
    }

    @Deactivate
    void withdraw() {
        registrations.forEach(ServiceRegistration::unregister);
    }

    /**
     * @param cores that this process may use, as the JVM counts them
     */
    static DeviceDescription describe(DeviceFacts facts, int cores) {
        CpuFacts cpu = facts.cpu();
        return new DeviceDescription(
                facts.board().orElse(""),
                cpu.arch(),
                cpu.model().orElse(""),
                cores,
                cpu.isa(),
                facts.memoryBytes().orElse(-1),
                facts.pci().stream().map(DevicePublisher::text).toList(),
                facts.usb().stream().map(DevicePublisher::text).toList(),
                facts.deviceNodes(),
                facts.libraries().stream().map(DevicePublisher::text).toList());
    }

    private static String summary(DeviceDescription device) {
        List<String> known = new ArrayList<>(List.of(device.board(), device.cpu()));
        known.add(device.architecture() + " with " + device.cores() + " cores");
        known.add(device.memoryBytes() < 0 ? "" : (device.memoryBytes() >> 20) + " MiB");
        known.removeIf(String::isEmpty);
        return String.join(", ", known);
    }

    private static String text(PciDevice pci) {
        return pci.vendor() + ":" + pci.device() + ":" + pci.deviceClass();
    }

    private static String text(UsbDevice usb) {
        return usb.vendor() + ":" + usb.device();
    }

    private static String text(SharedLibrary library) {
        return (library.soname() + " " + library.version().orElse("")).strip();
    }
}
