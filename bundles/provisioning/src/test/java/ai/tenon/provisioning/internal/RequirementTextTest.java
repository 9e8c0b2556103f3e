package ai.tenon.provisioning.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RequirementTextTest {
    private static String words(String namespace, String filter) {
        RequirementText text = RequirementText.of(namespace, filter);
        return text.kind() + text.what();
    }

    @Test
    void librariesWithTheirVersions() {
        assertEquals(
                "library libascendcl.so ≥ 7.0",
                words("ai.tenon.library", "(&(soname=libascendcl.so)(version>=7.0))"));
        assertEquals("library libx.so", words("ai.tenon.library", "(soname=libx.so)"));
    }

    @Test
    void packagesWithTheirRange() {
        assertEquals(
                "package a.b [1.2.0,2.0.0)",
                words(
                        "osgi.wiring.package",
                        "(&(osgi.wiring.package=a.b)(version>=1.2.0)(!(version>=2.0.0)))"));
    }

    @Test
    void otherHardwareByItsAttributes() {
        assertEquals(
                "a PCI device with vendor 19e5, device d100",
                words("ai.tenon.pci", "(&(vendor=19e5)(device=d100))"));
        assertEquals(
                "a processor with arch aarch64, isa dotprod",
                words("ai.tenon.cpu", "(&(arch=aarch64)(isa=dotprod))"));
        assertEquals(
                "device node /dev/davinci0", words("ai.tenon.devnode", "(path=/dev/davinci0)"));
        assertEquals("memory with bytes>=8", words("ai.tenon.memory", "(bytes>=8)"));
    }

    @Test
    void noFilterAndUnknownNamespaces() {
        assertEquals("vendor.chip", words("vendor.chip", "").strip());
        assertEquals("vendor.chip x", words("vendor.chip", "(vendor.chip=x)"));
    }
}
