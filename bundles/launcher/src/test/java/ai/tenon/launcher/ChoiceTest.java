package ai.tenon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.store.BundleEntry;
import ai.tenon.store.ContentStore;
import ai.tenon.store.Generation;
import ai.tenon.store.GenerationStore;
import ai.tenon.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChoiceTest {
    @TempDir Path temp;
    private Path data;
    private Path bundles;
    private GenerationStore store;
    private long clock;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void assemble() throws IOException {
        data = temp.resolve("data");
        bundles = Files.createDirectories(temp.resolve("profile/bundles"));
        store = new GenerationStore(data);
        ship("a", "1.0.0");
        ship("b", "1.0.0");
        configure("config.p/k=old");
    }

    private void ship(String name, String version) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.putValue("Manifest-Version", "1.0");
        main.putValue("Bundle-SymbolicName", name + ";singleton:=true");
        main.putValue("Bundle-Version", version);
        Path jar = bundles.resolve(name + ".jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        // Two writes within the file system's grain would look like one file.
        Files.setLastModifiedTime(jar, FileTime.fromMillis(++clock * 10_000));
    }

    private void configure(String text) throws IOException {
        Files.writeString(temp.resolve("profile/profile.properties"), text);
    }

    private Generation choose() throws IOException, UsageException {
        Distribution distribution = Distribution.open(temp.resolve("profile"));
        return new Choice(data, distribution, said::add).make();
    }

    private Generation change(Generation from, Generation.Builder edited) throws IOException {
        Generation next = edited.after(from, store.nextNumber(), 1, "test").build();
        store.setCurrent(store.write(next));
        return next;
    }

    private static List<String> names(Generation generation) {
        return generation.bundles().stream().map(BundleEntry::identity).toList();
    }

    @Test
    void theDistributionIsGenerationZeroAndItsBundlesAreCopied()
            throws IOException, UsageException {
        Generation zero = choose();
        assertEquals(0, zero.number());
        assertEquals(List.of("a 1.0.0", "b 1.0.0"), names(zero));
        for (BundleEntry bundle : zero.bundles()) {
            ContentStore.ofBundles(data).verify(bundle.sha256());
        }
        assertEquals(zero, choose());
        assertEquals(2, store.attempts(zero.hash()).count());
    }

    @Test
    void anUpgradeReplacesWhatNobodyChanged() throws IOException, UsageException {
        Generation zero = choose();
        BundleEntry own = new BundleEntry("own", "1.0.0", "1".repeat(64), 10);
        BundleEntry newer = new BundleEntry("b", "1.5.0", "2".repeat(64), 10);
        change(
                zero,
                zero.edit()
                        .bundle(own)
                        .remove(zero.bundles("b").get(0))
                        .bundle(newer)
                        .configuration("mine", Map.of("k", "v")));
        ship("a", "2.0.0");
        ship("b", "2.0.0");
        ship("c", "1.0.0");
        configure("config.p/k=new");
        Generation upgraded = choose();
        assertEquals(List.of("a 2.0.0", "b 1.5.0", "c 1.0.0", "own 1.0.0"), names(upgraded));
        assertEquals("new", upgraded.configuration().get("p").get("k"));
        assertEquals("v", upgraded.configuration().get("mine").get("k"));
        assertEquals(upgraded, choose());
    }

    @Test
    void whatWasRemovedOrConfiguredHereStaysSo() throws IOException, UsageException {
        Generation zero = choose();
        change(
                zero,
                zero.edit()
                        .remove(zero.bundles("b").get(0))
                        .configuration("p", Map.of("k", "mine")));
        ship("b", "2.0.0");
        configure("config.p/k=new");
        Generation upgraded = choose();
        assertEquals(List.of("a 1.0.0"), names(upgraded));
        assertEquals("mine", upgraded.configuration().get("p").get("k"));
    }

    @Test
    void aRollbackAcrossAnUpgradeIsNotUndone() throws IOException, UsageException {
        Generation zero = choose();
        ship("a", "2.0.0");
        assertEquals(List.of("a 2.0.0", "b 1.0.0"), names(choose()));
        store.setCurrent(zero.hash());
        assertEquals(zero, choose());
    }

    @Test
    void afterThreeStartsInVainTheGoodGenerationIsBack() throws IOException, UsageException {
        Generation zero = choose();
        store.setGood(zero.hash());
        Generation bad = change(zero, zero.edit().configuration("p", Map.of("k", "bad")));
        for (int i = 0; i < Choice.MAX_ATTEMPTS; i++) {
            assertEquals(bad, choose());
        }
        assertEquals(zero, choose());
        assertEquals(bad.hash(), store.failed().orElseThrow().generation());
        assertTrue(said.get(0).contains("Back to generation 0"), said.toString());
        assertEquals(zero, choose());
    }

    @Test
    void anUpgradeThatDoesNotStartIsGivenUp() throws IOException, UsageException {
        Generation zero = choose();
        store.setGood(zero.hash());
        ship("a", "2.0.0");
        for (int i = 0; i < Choice.MAX_ATTEMPTS; i++) {
            assertEquals("a 2.0.0", names(choose()).get(0));
        }
        assertEquals(zero, choose());
        assertEquals(zero, choose());
    }

    @Test
    void aGenerationThatCannotBeReadGivesWayToTheGoodOne() throws IOException, UsageException {
        Generation zero = choose();
        Generation broken = change(zero, zero.edit());
        Files.writeString(data.resolve("generations").resolve(broken.hash()), "broken");
        assertThrows(StoreException.class, this::choose);
        store.setGood(zero.hash());
        assertEquals(zero, choose());
        assertTrue(said.get(0).contains("was changed on disk"), said.toString());
    }

    @Test
    void aCurrentThatNamesNoGenerationGoesBackToTheGoodOne() throws IOException, UsageException {
        Generation zero = choose();
        store.setGood(zero.hash());
        for (byte[] garbage : List.of("x".getBytes(), new byte[] {(byte) 0xFF, 0}, new byte[0])) {
            change(zero, zero.edit().configuration("p", Map.of("k", "new")));
            Files.write(data.resolve("current"), garbage);
            assertEquals(zero, choose());
        }
        Files.delete(data.resolve("current"));
        assertEquals(zero, choose());
        assertEquals(4, said.size());

        Files.write(data.resolve("good"), new byte[] {(byte) 0xFF});
        Files.write(data.resolve("current"), new byte[] {(byte) 0xFF});
        StoreException refused = assertThrows(StoreException.class, this::choose);
        assertTrue(refused.getMessage().contains("--data"), refused.getMessage());
    }

    @Test
    void contentThatTheStoreLostComesBackFromTheDistribution() throws IOException, UsageException {
        Generation zero = choose();
        String hash = zero.bundles().iterator().next().sha256();
        ContentStore content = ContentStore.ofBundles(data);
        Files.write(content.path(hash), new byte[] {1});
        Distribution distribution = Distribution.open(temp.resolve("profile"));
        assertEquals(content.path(hash), distribution.verified(hash, content));
        Files.write(content.path(hash), new byte[] {1});
        Files.delete(bundles.resolve("a.jar"));
        Files.delete(bundles.resolve("b.jar"));
        Distribution empty = Distribution.open(temp.resolve("profile"));
        assertThrows(StoreException.class, () -> empty.verified(hash, content));
    }
}
