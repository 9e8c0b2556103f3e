package ai.tenon.datasets.internal.banking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvRowsTest {
    @TempDir private Path folder;

    @Test
    void quotedFieldsHoldCommasQuotesAndLineEnds() throws IOException {
        assertEquals(
                List.of(List.of("a, \"b\"\nc", "x"), List.of("d", "y"), List.of("", "z")),
                read("text,category\r\n\"a, \"\"b\"\"\nc\",x\nd,y\n,z"));
    }

    @Test
    void aRowUnlikeItsHeaderIsRefused() {
        assertThrows(IOException.class, () -> read("text,category\na,b,c\n"));
        assertThrows(IOException.class, () -> read("text,category\n\"never closed,b\n"));
    }

    private List<List<String>> read(String text) throws IOException {
        return CsvRows.read(Files.writeString(folder.resolve("rows.csv"), text));
    }
}
