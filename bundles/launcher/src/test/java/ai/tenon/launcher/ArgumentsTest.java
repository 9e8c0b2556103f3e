package ai.tenon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void whatFollowsTheDashesIsTheCommands() throws UsageException {
        Arguments arguments =
                Arguments.parse(
                        List.of("--distribution", "/d", "--", "bench", "--verbose", "--data"));
        assertEquals(Path.of("/d"), arguments.distribution());
        assertEquals(List.of("bench", "--verbose", "--data"), arguments.argv());
        assertEquals(Optional.empty(), arguments.data());
        assertFalse(arguments.verbose());
    }

    @Test
    void aGatewaysArguments() throws UsageException {
        Arguments arguments =
                Arguments.parse(
                        List.of("--distribution", "/d", "--data", "/x/../y", "--port", "0"));
        assertEquals(Optional.of(Path.of("/y")), arguments.data());
        assertEquals(Optional.of(0), arguments.port());
    }

    @Test
    void mistakesAreToldInASentence() {
        for (List<String> bad :
                List.of(
                        List.<String>of(),
                        List.of("--distribution"),
                        List.of("--distribution", "/d", "--prot", "1"),
                        List.of("--distribution", "/d", "--port", "65536"),
                        List.of("--distribution", "/d", "--port", "http"))) {
            UsageException e = assertThrows(UsageException.class, () -> Arguments.parse(bad));
            assertTrue(e.getMessage().length() > 20, e.getMessage());
        }
    }
}
