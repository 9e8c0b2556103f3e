package ai.tenon.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationStoreTest {
    @TempDir Path data;

    @Test
    void everyCutLeavesTheOldGenerationOrTheNew() throws IOException {
        Generation old = GenerationTest.sample();
        Generation next = old.edit().after(old, 8, 99, "next").build();
        GenerationStore store = new GenerationStore(data);
        boolean sawOld = false;
        for (int at = 0; ; at++) {
            store.setCurrent(store.write(old));
            PowerCut cut = new PowerCut(at);
            GenerationStore cutStore = new GenerationStore(data, new Durable(cut));
            boolean finished = false;
            try {
                cutStore.setCurrent(cutStore.write(next));
                finished = true;
            } catch (PowerCut.Cut e) {
                assertEquals(at, cut.done.size());
            }
            Generation found = store.read(store.current().orElseThrow());
            assertTrue(found.equals(old) || found.equals(next), "cut after " + cut.done);
            sawOld |= found.equals(old);
            store.retain(Set.of(old.hash(), next.hash()));
            assertNoLeftovers();
            if (finished) {
                assertEquals(next, found);
                break;
            }
        }
        assertTrue(sawOld);
    }

    private void assertNoLeftovers() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            assertEquals(
                    List.of(),
                    files.filter(f -> f.getFileName().toString().startsWith(".new-")).toList());
        }
    }

    @Test
    void currentIsMovedInThisOrder() throws IOException {
        PowerCut never = new PowerCut(Integer.MAX_VALUE);
        new GenerationStore(data, new Durable(never)).setCurrent(GenerationTest.HASH);
        assertEquals(List.of("create", "write", "force", "rename", "force folder"), never.done);
    }

    @Test
    void aChangedGenerationIsRefusedAndDoesNotHideTheOthers() throws IOException {
        GenerationStore store = new GenerationStore(data);
        Generation one = GenerationTest.sample();
        Generation two = one.edit().number(8).build();
        store.write(one);
        String hash = store.write(two);
        Path file = data.resolve("generations").resolve(hash);
        Files.writeString(file, Files.readString(file).replace("number 8", "number 9"));
        StoreException e = assertThrows(StoreException.class, () -> store.read(hash));
        assertTrue(e.getMessage().contains("changed on disk"), e.getMessage());
        assertEquals(List.of(one), store.list());
        assertEquals(8, store.nextNumber());
    }

    @Test
    void attemptsBelongToOneGeneration() throws IOException {
        GenerationStore store = new GenerationStore(data);
        String one = "1".repeat(64);
        String two = "2".repeat(64);
        store.setAttempts(new GenerationStore.Attempts(one, 2, "no power"));
        assertEquals(2, store.attempts(one).count());
        assertEquals("no power", store.attempts(one).reason());
        assertEquals(0, store.attempts(two).count());
        Files.writeString(data.resolve("boot"), "rubbish");
        assertEquals(0, store.attempts(one).count());
        store.clearAttempts();
        store.clearAttempts();
        assertFalse(Files.exists(data.resolve("boot")));
    }

    @Test
    void rubbishInCurrentIsAnError() throws IOException {
        GenerationStore store = new GenerationStore(data);
        assertEquals(Optional.empty(), store.current());
        Files.writeString(data.resolve("current"), "../../etc/passwd\n");
        assertThrows(StoreException.class, store::current);
        assertThrows(StoreException.class, () -> store.read("../current"));
    }
}
