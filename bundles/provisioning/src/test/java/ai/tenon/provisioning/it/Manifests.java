package ai.tenon.provisioning.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Copies of real bundles with another header. */
final class Manifests {
    private Manifests() {}

    static Path withVersion(Path jar, Path folder, String version) throws IOException {
        Files.createDirectories(folder);
        Path copy = folder.resolve(version + "-" + jar.getFileName());
        copy(jar, copy, "Bundle-Version", version);
        return copy;
    }

    static Path withHeader(Path jar, String header, String value) throws IOException {
        Path copy = jar.resolveSibling("changed-" + jar.getFileName());
        copy(jar, copy, header, value);
        return copy;
    }

    private static void copy(Path from, Path to, String header, String value) throws IOException {
        try (JarFile jar = new JarFile(from.toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            manifest.getMainAttributes().putValue(header, value);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(to), manifest)) {
                for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
                    JarEntry entry = all.nextElement();
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        try (InputStream in = jar.getInputStream(entry)) {
                            in.transferTo(out);
                        }
                        out.closeEntry();
                    }
                }
            }
        }
    }
}
