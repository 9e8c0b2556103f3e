package ai.tenon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileTest {
    @TempDir Path folder;

    private Profile read(String text) throws IOException, UsageException {
        Files.writeString(folder.resolve("profile.properties"), text);
        return Profile.read(folder);
    }

    @Test
    void levelsAndConfiguration() throws IOException, UsageException {
        Profile profile =
                read(
                        """
                        startlevel.default=7
                        startlevel.a.b=3
                        config.pid~x/text=1, 2
                        config.pid~x/list[]=a, b ,
                        """);
        assertFalse(profile.command());
        assertEquals(3, profile.startLevel("a.b"));
        assertEquals(7, profile.startLevel("other"));
        assertEquals(
                Map.of("pid~x", Map.of("text", "1, 2", "list", List.of("a", "b"))),
                profile.configuration());
    }

    @Test
    void mistakesAreTold() {
        assertThrows(UsageException.class, () -> read("startlevel.a=high"));
        assertThrows(UsageException.class, () -> read("config.pid=value"));
        assertThrows(UsageException.class, () -> Profile.read(folder.resolve("none")));
    }
}
