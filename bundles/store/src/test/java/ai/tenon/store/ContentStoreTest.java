package ai.tenon.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final String HASH = Sha256.of(CONTENT);

    @TempDir Path folder;

    private static InputStream content() {
        return new ByteArrayInputStream(CONTENT);
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void contentIsFoundByItsHash() throws IOException {
        ContentStore store = new ContentStore(folder);
        assertEquals(HASH, store.add(content(), 3));
        assertEquals(HASH, store.add(content(), 3));
        assertTrue(store.contains(HASH));
        assertEquals(folder.resolve(HASH), store.verify(HASH));
        assertEquals(1, files());
    }

    @Test
    void tooMuchLeavesNothingBehind() throws IOException {
        ContentStore store = new ContentStore(folder);
        assertThrows(StoreException.class, () -> store.add(content(), 2));
        assertEquals(0, files());
    }

    @Test
    void everyCutLeavesAllOrNothing() throws IOException {
        for (int at = 0; ; at++) {
            new ContentStore(folder).retain(Set.of());
            try {
                new ContentStore(folder, new Durable(new PowerCut(at))).add(content(), 9);
                assertTrue(at > 2);
                break;
            } catch (PowerCut.Cut e) {
                ContentStore after = new ContentStore(folder);
                if (after.contains(HASH)) {
                    after.verify(HASH);
                }
            }
        }
    }

    @Test
    void changedContentIsNoticedAndReplaced() throws IOException {
        ContentStore store = new ContentStore(folder);
        store.add(content(), 9);
        Files.write(folder.resolve(HASH), new byte[] {1, 2, 4});
        assertThrows(StoreException.class, () -> store.verify(HASH));
        store.add(content(), 9);
        store.verify(HASH);
    }

    @Test
    void namesThatAreNoHashLeadNowhere() {
        ContentStore store = new ContentStore(folder);
        assertThrows(StoreException.class, () -> store.path("../current"));
        assertThrows(StoreException.class, () -> store.verify("ab".repeat(32)));
    }

    @Test
    void onlyWhatIsRetainedStays() throws IOException {
        ContentStore store = new ContentStore(folder);
        store.add(content(), 9);
        String other = store.add(new ByteArrayInputStream(new byte[] {9}), 9);
        Files.createFile(folder.resolve(".new-123"));
        store.retain(Set.of(other));
        assertFalse(store.contains(HASH));
        assertTrue(store.contains(other));
        assertEquals(1, files());
    }
}
