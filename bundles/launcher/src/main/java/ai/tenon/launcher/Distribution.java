package ai.tenon.launcher;

import ai.tenon.store.BundleEntry;
import ai.tenon.store.ContentStore;
import ai.tenon.store.Durable;
import ai.tenon.store.Fields;
import ai.tenon.store.Generation;
import ai.tenon.store.Sha256;
import ai.tenon.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * A distribution's folder: its profile and its bundles.
 *
 * @param jars in the order of their names
 */
record Distribution(Path folder, Profile profile, List<Path> jars) {
    private static final long MAX_BUNDLE_BYTES = 2L << 30;

    /** A bundle of the distribution, and where it lies. */
    record Shipped(Path jar, BundleEntry entry) {}

    static Distribution open(Path folder) throws IOException, UsageException {
        if (!Files.isDirectory(folder)) {
            throw new UsageException("there is no distribution " + folder);
        }
        Profile profile = Profile.read(folder);
        Path bundles = folder.resolve("bundles");
        if (!Files.isDirectory(bundles)) {
            throw new UsageException(folder + " is no distribution: it has no bundles folder");
        }
        try (Stream<Path> files = Files.list(bundles)) {
            List<Path> jars = files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
            return new Distribution(folder, profile, jars);
        }
    }

    /**
     * Hashes the bundles.
     *
     * @param notes a file that remembers the hashes of jars whose size and date are the same;
     *     hashing all of them takes longer than the rest of a start
     */
    List<Shipped> shipped(Path notes) throws IOException {
        Map<String, BundleEntry> known = readNotes(notes);
        Map<String, BundleEntry> now = new HashMap<>();
        List<Shipped> shipped = new ArrayList<>();
        for (Path jar : jars) {
            String stamp = stamp(jar);
            BundleEntry entry = known.get(stamp);
            if (entry == null) {
                Attributes main = manifest(jar);
                entry = entry(symbolicName(jar, main), version(main), Sha256.of(jar));
            } else {
                entry = entry(entry.name(), entry.version(), entry.sha256());
            }
            now.put(stamp, entry);
            shipped.add(new Shipped(jar, entry));
        }
        if (!now.keySet().equals(known.keySet())) {
            writeNotes(notes, now);
        }
        return shipped;
    }

    private BundleEntry entry(String name, String version, String hash) {
        return new BundleEntry(name, version, hash, profile.startLevel(name));
    }

    /** The generation that is this distribution and nothing else. */
    Generation.Builder describe(List<Shipped> shipped) {
        Generation.Builder builder = Generation.builder().cause("distribution " + profile.name());
        shipped.forEach(s -> builder.bundle(s.entry()));
        profile.configuration().forEach(builder::configuration);
        return builder;
    }

    /** Copies the bundles into the store, those that are not there yet. */
    void copyTo(ContentStore store, List<Shipped> shipped) throws IOException {
        for (Shipped s : shipped) {
            String hash = s.entry().sha256();
            if (!store.contains(hash)) {
                try (InputStream in = Files.newInputStream(s.jar())) {
                    if (!store.add(in, MAX_BUNDLE_BYTES).equals(hash)) {
                        throw new StoreException(s.jar() + " changed while it was read");
                    }
                }
            }
        }
    }

    /** Content of the store; what it lost is put back if it came with the distribution. */
    Path verified(String hash, ContentStore store) throws IOException {
        try {
            return store.verify(hash);
        } catch (StoreException e) {
            for (Path jar : jars) {
                if (hash.equals(Sha256.of(jar))) {
                    try (InputStream in = Files.newInputStream(jar)) {
                        store.add(in, MAX_BUNDLE_BYTES);
                    }
                    return store.verify(hash);
                }
            }
            throw e;
        }
    }

    static Attributes manifest(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            if (file.getManifest() == null) {
                throw new StoreException(jar + " has no manifest");
            }
            return file.getManifest().getMainAttributes();
        }
    }

    static String symbolicName(Path jar, Attributes main) throws StoreException {
        String name = main.getValue("Bundle-SymbolicName");
        if (name == null) {
            throw new StoreException(jar + " is no bundle: it has no Bundle-SymbolicName");
        }
        return name.split(";", 2)[0].strip();
    }

    private static String version(Attributes main) {
        String version = main.getValue("Bundle-Version");
        return version == null ? "0.0.0" : version.strip();
    }

    private static String stamp(Path jar) throws IOException {
        return Fields.line(
                jar.getFileName(), Files.size(jar), Files.getLastModifiedTime(jar).toMillis());
    }

    private static Map<String, BundleEntry> readNotes(Path notes) {
        Map<String, BundleEntry> known = new HashMap<>();
        try {
            for (String line : Files.readAllLines(notes)) {
                List<String> f = Fields.parse(line);
                known.put(f.get(0), new BundleEntry(f.get(1), f.get(2), f.get(3), 1));
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Only notes: without them everything is hashed again.
            known.clear();
        }
        return known;
    }

    private static void writeNotes(Path notes, Map<String, BundleEntry> all) throws IOException {
        StringBuilder text = new StringBuilder();
        all.forEach(
                (stamp, b) ->
                        text.append(Fields.line(stamp, b.name(), b.version(), b.sha256()))
                                .append('\n'));
        new Durable().write(notes, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
