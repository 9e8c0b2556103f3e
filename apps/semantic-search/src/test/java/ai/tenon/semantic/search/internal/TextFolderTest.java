package ai.tenon.semantic.search.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFolderTest {
    @TempDir Path temp;

    @Test
    void onlyVisibleTextInsideTheFolderIsFound() throws IOException {
        Path root = Files.createDirectories(temp.resolve("root"));
        Path outside = Files.writeString(temp.resolve("secret.md"), "secret");
        Files.createDirectories(root.resolve("sub"));
        Files.createDirectories(root.resolve(".git"));
        Files.writeString(root.resolve("b.txt"), "b");
        Files.writeString(root.resolve("sub/a.md"), "a");
        Files.writeString(root.resolve(".git/hidden.md"), "hidden");
        Files.writeString(root.resolve("program.java"), "class");
        Files.createSymbolicLink(root.resolve("link.md"), outside);
        Files.createSymbolicLink(root.resolve("cycle"), root);

        TextFolder folder = new TextFolder(root);
        assertEquals(
                List.of("b.txt", "sub/a.md"), folder.files().stream().map(folder::nameOf).toList());
        assertThrows(IOException.class, () -> folder.read(root.resolve("link.md")));
    }

    @Test
    void whatIsTooLargeOrNoTextIsLeftOut() throws IOException {
        Path large = Files.writeString(temp.resolve("large.md"), "x".repeat((1 << 20) + 1));
        Path binary = Files.write(temp.resolve("binary.txt"), new byte[] {(byte) 0xff, 0, 1});
        TextFolder folder = new TextFolder(temp);
        assertEquals("", folder.read(large));
        assertEquals("", folder.read(binary));
    }

    @Test
    void aMissingFolderIsNamed() {
        Path missing = temp.resolve("missing");
        IOException e = assertThrows(IOException.class, () -> new TextFolder(missing).files());
        assertEquals("there is no folder " + missing + "; set 'folder' to one", e.getMessage());
    }
}
