package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.osgi.framework.Constants;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "uninstall", description = "Remove a bundle.")
final class UninstallCommand extends ChangeCommand {
    @Parameters(
            paramLabel = "BUNDLE[@VERSION]",
            description = "Its symbolic name, or its jar file.")
    private String bundle;

    UninstallCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        String identity = bundle.endsWith(".jar") ? identityOf(Path.of(bundle)) : bundle;
        int at = identity.indexOf('@');
        return request("uninstall")
                .put("symbolicName", at < 0 ? identity : identity.substring(0, at))
                .put("version", at < 0 ? "" : identity.substring(at + 1));
    }

    private static String identityOf(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new UserError(
                    "there is no file " + jar + "; give the path or the bundle's symbolic name");
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes headers = file.getManifest().getMainAttributes();
            String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME).replaceAll(";.*", "");
            return name.strip() + "@" + headers.getValue(Constants.BUNDLE_VERSION);
        } catch (IOException | NullPointerException e) {
            throw new UserError(jar + " is no bundle; give the bundle's symbolic name", e);
        }
    }
}
