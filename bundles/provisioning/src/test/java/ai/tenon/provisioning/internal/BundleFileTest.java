package ai.tenon.provisioning.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.management.ManagementException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleFileTest {
    @TempDir Path folder;

    private Path jar(String manifest) throws IOException {
        Path jar = folder.resolve("a.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry(JarFile.MANIFEST_NAME));
            zip.write(manifest.getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    @Test
    void nameAndVersion() throws IOException, ManagementException {
        Path jar =
                jar(
                        "Manifest-Version: 1.0\nBundle-ManifestVersion: 2\n"
                                + "Bundle-SymbolicName: a.b; singleton:=true\nBundle-Version: 1.2\n");
        assertEquals(new BundleFile("a.b", "1.2.0"), BundleFile.read(jar, "it"));
    }

    @Test
    void whatIsNoBundleIsRefusedByItsName() throws IOException {
        Path rubbish = Files.writeString(folder.resolve("rubbish"), "no jar");
        assertThrows(ManagementException.class, () -> BundleFile.read(rubbish, "it"));
        String head = "Manifest-Version: 1.0\nBundle-ManifestVersion: 2\n";
        for (String manifest :
                List.of(
                        "Manifest-Version: 1.0\n",
                        head,
                        head + "Bundle-SymbolicName: ../evil\n",
                        head + "Bundle-SymbolicName: a\nBundle-Version: one\n",
                        "Manifest-Version: 1.0\nBundle-SymbolicName: a\n",
                        head + "X: y\n".repeat(300_000))) {
            Path jar = jar(manifest);
            ManagementException e =
                    assertThrows(ManagementException.class, () -> BundleFile.read(jar, "it"));
            assertTrue(e.getMessage().startsWith("it "), e.getMessage());
        }
    }
}
