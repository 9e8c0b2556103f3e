package ai.tenon.device.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/** The rendered header in a real framework. */
class CapabilitiesTest {
    @TempDir Path root;
    @TempDir Path cache;

    private Framework framework;

    @AfterEach
    void stop() throws Exception {
        if (framework != null) {
            framework.stop();
            framework.waitForStop(10_000);
        }
    }

    @Test
    void theFrameworkOffersTheFacts() throws Exception {
        boot(Board.unfold("x86-server", root).probe("amd64"));

        Map<String, Object> cpu = only("ai.tenon.cpu");
        assertEquals("x86-64", cpu.get("arch"));
        assertEquals(2L, cpu.get("cores"));
        assertEquals("Intel(R) Xeon(R) Gold 6454S", cpu.get("model"));
        assertEquals("AMX_BF16", ((List<?>) cpu.get("isa")).get(0));
        assertEquals(8L << 30, only("ai.tenon.memory").get("bytes"));
        assertEquals(
                List.of(
                        Map.of("vendor", "8086", "device", "09a2", "class", "0880"),
                        Map.of("vendor", "19e5", "device", "d802", "class", "1200")),
                offered("ai.tenon.pci"),
                "two equal cards are one capability");
        assertEquals(Map.of("path", "/dev/davinci0"), offered("ai.tenon.devnode").get(0));
        assertEquals(
                Map.of("soname", "libascendcl.so", "version", new Version(7, 0, 1)),
                offered("ai.tenon.library").get(0));
    }

    @Test
    void bundlesResolveByTheirHardware() throws Exception {
        boot(Board.unfold("x86-server", root).probe("amd64"));

        for (String present :
                List.of(
                        "ai.tenon.cpu;filter:=\"(&(arch=x86-64)(isa=AVX2)(isa=AVX512_VNNI))\"",
                        "ai.tenon.cpu;filter:=\"(cores>=2)\"",
                        "ai.tenon.memory;filter:=\"(bytes>=4294967296)\"",
                        "ai.tenon.pci;filter:=\"(&(vendor=19e5)(class=12*))\"",
                        "ai.tenon.devnode;filter:=\"(path=/dev/davinci*)\"",
                        "ai.tenon.library;filter:=\"(&(soname=libascendcl.so)(version>=7.0))\"")) {
            install(present).start();
        }
        for (String absent :
                List.of(
                        "ai.tenon.cpu;filter:=\"(isa=SVE2)\"",
                        "ai.tenon.memory;filter:=\"(bytes>=17179869184)\"",
                        "ai.tenon.usb;filter:=\"(vendor=18d1)\"",
                        "ai.tenon.library;filter:=\"(soname=libhailort.so)\"",
                        "ai.tenon.library;filter:=\"(&(soname=libascendcl.so)(version>=8))\"")) {
            Bundle bundle = install(absent);
            BundleException refused = assertThrows(BundleException.class, bundle::start, absent);
            assertEquals(BundleException.RESOLVE_ERROR, refused.getType());
        }
    }

    @Test
    void anyTextSurvivesTheHeader() throws Exception {
        String model = "a, model; with= all:={of} ${it} (*)";
        boot(
                new DeviceFacts(
                        Optional.empty(),
                        new CpuFacts(
                                "riscv64",
                                "riscv64",
                                Optional.of(model),
                                OptionalInt.empty(),
                                List.of()),
                        OptionalLong.empty(),
                        List.of(),
                        List.of(),
                        List.of("/dev/a,b", "/dev/c\nd", "/dev/\u00e9;x=1"),
                        List.of(),
                        List.of()));

        assertEquals(Map.of("arch", "riscv64", "model", model), only("ai.tenon.cpu"));
        assertEquals(
                List.of(
                        Map.of("path", "/dev/a,b"),
                        Map.of("path", "/dev/c d"),
                        Map.of("path", "/dev/\u00e9;x=1")),
                offered("ai.tenon.devnode"));
    }

    @Test
    void quotesCannotEndAValue() throws Exception {
        String evil = "/dev/x\";ai.tenon.evil=\"\\";
        String header = new Clause("ai.tenon.devnode").text("path", evil).end();
        assertEquals("ai.tenon.devnode;path=\"/dev/x\\\";ai.tenon.evil=\\\"\\\\\"", header);
        boot(header);

        // Felix 7.0.5 honours an escaped quote but leaves the backslash in the value.
        String seen = "/dev/x\\\";ai.tenon.evil=\\\"\\\\";
        assertEquals(List.of(Map.of("path", seen)), offered("ai.tenon.devnode"));
    }

    @Test
    void theFactsOfThisMachineParse() throws Exception {
        DeviceFacts facts = new DeviceProbe().probe();
        boot(facts);

        assertEquals(facts.cpu().arch(), only("ai.tenon.cpu").get("arch"));
        assertEquals(facts.libraries().size(), offered("ai.tenon.library").size());
    }

    private void boot(DeviceFacts facts) throws BundleException {
        boot(Capabilities.render(facts));
    }

    private void boot(String capabilities) throws BundleException {
        framework =
                ServiceLoader.load(FrameworkFactory.class)
                        .findFirst()
                        .orElseThrow()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        cache.toString(),
                                        Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                                        capabilities));
        framework.start();
    }

    private Map<String, Object> only(String namespace) {
        List<Map<String, Object>> offered = offered(namespace);
        assertEquals(1, offered.size(), namespace);
        return offered.get(0);
    }

    private List<Map<String, Object>> offered(String namespace) {
        List<Map<String, Object>> attributes = new ArrayList<>();
        for (BundleCapability capability :
                framework.adapt(BundleRevision.class).getDeclaredCapabilities(namespace)) {
            attributes.add(capability.getAttributes());
        }
        return attributes;
    }

    private Bundle install(String requirement) throws BundleException, IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(
                Constants.BUNDLE_SYMBOLICNAME,
                "needs." + Integer.toHexString(requirement.hashCode()));
        attributes.putValue(Constants.REQUIRE_CAPABILITY, requirement);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        try (InputStream in = new ByteArrayInputStream(jar.toByteArray())) {
            return framework.getBundleContext().installBundle(requirement, in);
        }
    }
}
