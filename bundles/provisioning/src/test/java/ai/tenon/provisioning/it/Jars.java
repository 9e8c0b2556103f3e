package ai.tenon.provisioning.it;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Bundles: those on the test's class path, and small ones made on the fly. */
final class Jars {
    private Jars() {}

    /** A jar on the class path whose name begins so. */
    static Path found(String prefix) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .filter(jar -> jar.getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no jar " + prefix));
    }

    /** A bundle without code. */
    static Path bundle(Path folder, String name, String version, String... headers)
            throws IOException {
        return write(folder, name, version, List.of(), headers);
    }

    /** A bundle with classes of the test's class path. */
    static Path write(
            Path folder, String name, String version, List<String> classes, String... headers)
            throws IOException {
        Manifest manifest = new Manifest();
        Map<Object, Object> main = manifest.getMainAttributes();
        main.put(new java.util.jar.Attributes.Name("Manifest-Version"), "1.0");
        main.put(new java.util.jar.Attributes.Name("Bundle-ManifestVersion"), "2");
        main.put(new java.util.jar.Attributes.Name("Bundle-SymbolicName"), name);
        main.put(new java.util.jar.Attributes.Name("Bundle-Version"), version);
        for (String header : headers) {
            int at = header.indexOf(": ");
            main.put(
                    new java.util.jar.Attributes.Name(header.substring(0, at)),
                    header.substring(at + 2));
        }
        Files.createDirectories(folder);
        Path jar = folder.resolve(name + "-" + version + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (String type : classes) {
                String path = type.replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(path));
                try (InputStream in = Jars.class.getClassLoader().getResourceAsStream(path)) {
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
        return jar;
    }

    /** The bundle that lets a test talk to a gateway. */
    static Path agent(Path folder) throws IOException {
        return write(
                folder,
                "test.agent",
                "1.0.0",
                List.of("ai.tenon.provisioning.agent.Agent", "ai.tenon.provisioning.agent.Serving"),
                "Bundle-Activator: ai.tenon.provisioning.agent.Agent",
                "Import-Package: org.osgi.framework,org.osgi.util.tracker,org.osgi.service.cm,"
                        + "org.osgi.service.event,ai.tenon.event,ai.tenon.graph,"
                        + "ai.tenon.inference,ai.tenon.management,ai.tenon.model");
    }
}
