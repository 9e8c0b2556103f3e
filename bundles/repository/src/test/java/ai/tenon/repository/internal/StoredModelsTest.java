package ai.tenon.repository.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Datum;
import ai.tenon.graph.Model;
import ai.tenon.model.ModelFormat;
import ai.tenon.model.ModelFormatException;
import ai.tenon.model.ModelVersion;
import ai.tenon.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredModelsTest {
    /** A text file whose lines name the files with the model's data. */
    private static final class Lines implements ModelFormat {
        @Override
        public String name() {
            return "lines";
        }

        @Override
        public boolean accepts(String fileName) {
            return fileName.endsWith(".lines");
        }

        @Override
        public List<String> externalFiles(Path file) throws IOException {
            return Files.readAllLines(file);
        }

        @Override
        public Model read(Path file) throws IOException {
            for (String line : Files.readAllLines(file)) {
                if (Files.size(file.resolveSibling(line)) == 0) {
                    throw new ModelFormatException(line, "empty");
                }
            }
            return null;
        }

        @Override
        public Model read(ByteBuffer bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(Model model, Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ByteBuffer write(Model model) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Datum readValue(ByteBuffer bytes, String kind) {
            throw new UnsupportedOperationException();
        }
    }

    @TempDir Path temp;
    private Path from;
    private Path models;
    private StoredModels repository;

    @BeforeEach
    void prepare() throws IOException {
        from = Files.createDirectories(temp.resolve("from"));
        models = temp.resolve("data/store/models");
        repository = new StoredModels(temp.resolve("data"), 1000, 1 << 20);
        repository.bindFormat(new Lines());
        Files.createDirectories(from.resolve("sub"));
        Files.writeString(from.resolve("a.bin"), "aaa");
        Files.writeString(from.resolve("sub/b.bin"), "bb");
    }

    private Path model(String... lines) throws IOException {
        return Files.write(from.resolve("m.lines"), List.of(lines));
    }

    private void assertNothingThere() throws IOException {
        assertEquals(List.of(), repository.list());
        if (Files.isDirectory(models)) {
            try (Stream<Path> left = Files.list(models)) {
                assertEquals(List.of(), left.toList());
            }
        }
    }

    @Test
    void aModelIsKeptWithItsData() throws IOException {
        ModelVersion added = repository.add(model("a.bin", "sub/b.bin"));
        assertEquals("m.lines", added.fileName());
        assertEquals("bb", Files.readString(added.file().resolveSibling("sub/b.bin")));
        assertEquals(Optional.of(added), repository.find(added.sha256()));
        assertEquals(List.of(added), repository.list());
        assertEquals(added, repository.add(model("a.bin", "sub/b.bin")));
        Files.writeString(from.resolve("a.bin"), "other");
        ModelVersion changed = repository.add(model("a.bin", "sub/b.bin"));
        assertFalse(changed.sha256().equals(added.sha256()));
        repository.retain(Set.of(changed.sha256()));
        assertEquals(List.of(changed), repository.list());
    }

    @Test
    void whatLeavesTheFolderIsRefused() throws IOException {
        Files.writeString(temp.resolve("secret"), "s");
        Files.createSymbolicLink(from.resolve("link"), temp.resolve("secret"));
        for (String bad :
                List.of(
                        "../secret",
                        "link",
                        temp.resolve("secret").toString(),
                        "sub/../../secret",
                        "m.lines",
                        ".package",
                        "missing",
                        "")) {
            assertThrows(StoreException.class, () -> repository.add(model(bad)), bad);
        }
        assertNothingThere();
    }

    @Test
    void whatIsTooLargeOrNoModelLeavesNothingBehind() throws IOException {
        Files.writeString(from.resolve("a.bin"), "a".repeat(2000));
        assertThrows(StoreException.class, () -> repository.add(model("a.bin")));
        Files.writeString(from.resolve("a.bin"), "");
        assertThrows(ModelFormatException.class, () -> repository.add(model("a.bin")));
        StoreException e =
                assertThrows(StoreException.class, () -> repository.add(from.resolve("sub/b.bin")));
        assertTrue(e.getMessage().contains("[lines]"), e.getMessage());
        assertThrows(StoreException.class, () -> repository.add(from.resolve("none.lines")));
        assertNothingThere();
    }

    @Test
    void aDamagedPackageIsNotServedButCanBeAddedAgain() throws IOException {
        ModelVersion added = repository.add(model("a.bin"));
        Files.writeString(added.file().resolveSibling("a.bin"), "a");
        assertEquals(Optional.empty(), repository.find(added.sha256()));
        assertEquals(added, repository.add(model("a.bin")));
        assertEquals(Optional.of(added), repository.find(added.sha256()));
        assertEquals(Optional.empty(), repository.find("../m"));
    }

    @Test
    void whatARecipeMadeIsFoundAgainUntilItIsDamaged() throws Exception {
        ByteBuffer content = ByteBuffer.wrap(new byte[] {1, 2, 3});
        assertTrue(repository.findFitted("a").isEmpty());
        ModelVersion kept = repository.keepFitted("a", content);
        assertEquals(3, kept.bytes());
        assertEquals(Optional.of(kept), repository.findFitted("a"));
        assertTrue(repository.findFitted("b").isEmpty());
        Files.write(kept.file(), new byte[] {1, 2, 4});
        assertTrue(repository.findFitted("a").isEmpty());
        assertFalse(Files.exists(kept.file()));
    }

    @Test
    void whatWasUsedLongestAgoMakesRoom() throws Exception {
        ByteBuffer half = ByteBuffer.wrap(new byte[1 << 19]);
        ModelVersion first = repository.keepFitted("1", half);
        ModelVersion second = repository.keepFitted("2", half);
        Files.setLastModifiedTime(first.file(), FileTime.fromMillis(2000));
        Files.setLastModifiedTime(second.file(), FileTime.fromMillis(1000));
        ModelVersion third = repository.keepFitted("3", half);
        assertTrue(Files.exists(first.file()));
        assertFalse(Files.exists(second.file()));
        assertTrue(Files.exists(third.file()));
    }
}
