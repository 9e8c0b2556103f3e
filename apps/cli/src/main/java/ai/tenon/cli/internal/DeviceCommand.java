package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.device.DeviceDescription;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "device", description = "What this device is, as probed now.")
final class DeviceCommand extends Subcommand<DeviceDescription> {
    private static final long MEGABYTE = 1024 * 1024;

    DeviceCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected DeviceDescription execute() {
        return shell.services().require(DeviceDescription.class, "ai.tenon.device");
    }

    @Override
    protected void print(DeviceDescription device) {
        line("board", device.board().isEmpty() ? "unknown" : device.board());
        line("architecture", device.architecture());
        line("cpu", device.cpu() + ", " + device.cores() + " cores");
        line("isa", String.join(" ", device.isa()));
        line("memory", device.memoryBytes() / MEGABYTE + " MB");
        list("pci", device.pci());
        list("usb", device.usb());
        list("device nodes", device.deviceNodes());
        list("libraries", device.libraries());
    }

    private void list(String title, List<String> values) {
        line(title, values.isEmpty() ? "none" : values.get(0));
        values.stream().skip(1).forEach(value -> line("", value));
    }

    private void line(String title, String value) {
        shell.out().println(String.format("%-13s %s", title, value).stripTrailing());
    }
}
