package ai.tenon.device.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.tenon.device.DeviceDescription;
import ai.tenon.device.PowerControl;
import ai.tenon.device.PowerMode;
import ai.tenon.device.Sensor;
import ai.tenon.device.probe.Board;
import ai.tenon.device.probe.DeviceProbe;
import ai.tenon.device.probe.RootFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** The services in a real framework's registry. */
class DevicePublisherTest {
    @TempDir Path root;
    @TempDir Path cache;

    private Framework framework;
    private BundleContext context;

    @BeforeEach
    void start() throws Exception {
        framework =
                ServiceLoader.load(FrameworkFactory.class)
                        .findFirst()
                        .orElseThrow()
                        .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, cache.toString()));
        framework.start();
        context = framework.getBundleContext();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    @Test
    void publishesAndWithdraws() throws Exception {
        DevicePublisher publisher =
                new DevicePublisher(
                        context,
                        new RootFolder(root),
                        Board.unfold("x86-server", root).probing("amd64"));

        DeviceDescription device = service(DeviceDescription.class);
        assertEquals("PowerEdge R760", device.board());
        assertEquals("x86-64", device.architecture());
        assertEquals(8L << 30, device.memoryBytes());
        assertEquals(Runtime.getRuntime().availableProcessors(), device.cores());
        assertEquals(List.of("8086:09a2:0880", "19e5:d802:1200", "19e5:d802:1200"), device.pci());
        assertEquals("libascendcl.so 7.0.1", device.libraries().get(0));
        assertEquals(4, sensors("(kind=POWER)") + sensors("(name=policy0)"));
        assertEquals(10, sensors(null));
        assertEquals(new PowerMode("powersave"), service(PowerControl.class).mode());

        publisher.withdraw();
        assertNull(service(DeviceDescription.class));
        assertNull(service(PowerControl.class));
        assertEquals(0, sensors(null));
    }

    @Test
    void whatIsAbsentHasNoService() {
        new DevicePublisher(context, new RootFolder(root), new DeviceProbe(root, "riscv64", ""));

        DeviceDescription device = service(DeviceDescription.class);
        assertEquals("riscv64", device.architecture());
        assertEquals("", device.board());
        assertEquals("", device.cpu());
        assertEquals(-1, device.memoryBytes());
        assertEquals(List.of(), device.libraries());
        assertNull(service(PowerControl.class));
        assertEquals(0, sensors("(objectClass=*)"));
    }

    private <T> T service(Class<T> type) {
        var reference = context.getServiceReference(type);
        return reference == null ? null : context.getService(reference);
    }

    private int sensors(String filter) {
        try {
            return context.getServiceReferences(Sensor.class, filter).size();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
