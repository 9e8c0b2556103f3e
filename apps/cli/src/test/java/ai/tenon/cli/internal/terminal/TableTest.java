package ai.tenon.cli.internal.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsTextLeftAndNumbersRight() {
        Table table =
                new Table("STEP", "TIME", "BACKEND")
                        .row("start", "9 ms", "")
                        .row("swap to reference", "1,204 ms", "reference@1.0.0");
        assertEquals(
                """
                STEP                   TIME  BACKEND
                start                  9 ms
                swap to reference  1,204 ms  reference@1.0.0
                """,
                printed(table));
    }

    @Test
    void letsNoControlCharacterReachTheTerminal() {
        assertEquals("A\n [2Jx\n", printed(new Table("A").row("\u001b[2Jx")));
    }

    @Test
    void refusesRowsOfAnotherWidth() {
        assertThrows(IllegalArgumentException.class, () -> new Table("A", "B").row("a"));
    }

    private static String printed(Table table) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        table.print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
