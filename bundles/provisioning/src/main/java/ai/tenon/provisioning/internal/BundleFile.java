package ai.tenon.provisioning.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * What a jar says about itself.
 *
 * @param version in OSGi's canonical form
 */
record BundleFile(String name, String version) {
    private static final int MAX_MANIFEST = 1 << 20;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,255}");

    static BundleFile read(Path jar, String called) throws ManagementException {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            Attributes main = manifest(file, called).getMainAttributes();
            String name = value(main, Constants.BUNDLE_SYMBOLICNAME).split(";", 2)[0].strip();
            if (!"2".equals(value(main, Constants.BUNDLE_MANIFESTVERSION))
                    || !NAME.matcher(name).matches()) {
                throw invalid(
                        called + " is no OSGi bundle: its manifest has no valid symbolic name",
                        null);
            }
            Version version = Version.parseVersion(value(main, Constants.BUNDLE_VERSION));
            return new BundleFile(name, version.toString());
        } catch (IOException | IllegalArgumentException e) {
            throw invalid(called + " is no OSGi bundle: " + e.getMessage(), e);
        }
    }

    /** Reads no more than a bound, whatever the jar claims. */
    private static Manifest manifest(JarFile file, String called)
            throws IOException, ManagementException {
        ZipEntry entry = file.getEntry(JarFile.MANIFEST_NAME);
        if (entry == null) {
            throw invalid(called + " is no OSGi bundle: it has no manifest", null);
        }
        try (InputStream in = file.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MAX_MANIFEST + 1);
            if (bytes.length > MAX_MANIFEST) {
                throw invalid(
                        called + " has a manifest of more than " + MAX_MANIFEST + " bytes", null);
            }
            return new Manifest(new ByteArrayInputStream(bytes));
        }
    }

    private static String value(Attributes main, String header) {
        String value = main.getValue(header);
        return value == null ? "" : value.strip();
    }

    private static ManagementException invalid(String message, Exception cause) {
        return new ManagementException(Kind.INVALID, message, cause);
    }
}
