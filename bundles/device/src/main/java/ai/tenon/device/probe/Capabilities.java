package ai.tenon.device.probe;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Renders device facts as OSGi capabilities, one per thing, so that a bundle can require its
 * hardware.
 *
 * <pre>
 * ai.tenon.cpu      arch, model: String; cores: Long; isa: List&lt;String&gt;
 * ai.tenon.memory   bytes: Long
 * ai.tenon.pci      vendor, device, class: String (four lower-case hex digits each)
 * ai.tenon.usb      vendor, device: String (four lower-case hex digits each)
 * ai.tenon.devnode  path: String
 * ai.tenon.library  soname: String; version: Version
 * </pre>
 *
 * An attribute whose value is unknown is absent.
 */
public final class Capabilities {
    private Capabilities() {}

    /**
     * The value for the framework property {@code org.osgi.framework.system.capabilities.extra}
     * (syntax of Provide-Capability; identical capabilities once).
     */
    public static String render(DeviceFacts facts) {
        Set<String> clauses = new LinkedHashSet<>();
        clauses.add(cpu(facts.cpu()));
        facts.memoryBytes()
                .ifPresent(
                        b -> clauses.add(new Clause("ai.tenon.memory").number("bytes", b).end()));
        for (PciDevice pci : facts.pci()) {
            clauses.add(
                    new Clause("ai.tenon.pci")
                            .text("vendor", pci.vendor())
                            .text("device", pci.device())
                            .text("class", pci.deviceClass())
                            .end());
        }
        for (UsbDevice usb : facts.usb()) {
            clauses.add(
                    new Clause("ai.tenon.usb")
                            .text("vendor", usb.vendor())
                            .text("device", usb.device())
                            .end());
        }
        for (String path : facts.deviceNodes()) {
            clauses.add(new Clause("ai.tenon.devnode").text("path", path).end());
        }
        for (SharedLibrary library : facts.libraries()) {
            Clause clause = new Clause("ai.tenon.library").text("soname", library.soname());
            library.version().ifPresent(v -> clause.typed("version", "Version", v));
            clauses.add(clause.end());
        }
        return String.join(",", clauses);
    }

    private static String cpu(CpuFacts cpu) {
        Clause clause = new Clause("ai.tenon.cpu").text("arch", cpu.arch());
        if (!cpu.isa().isEmpty()) {
            clause.typed("isa", "List<String>", String.join(",", cpu.isa()));
        }
        cpu.cores().ifPresent(cores -> clause.number("cores", cores));
        cpu.model().ifPresent(model -> clause.text("model", model));
        return clause.end();
    }
}
