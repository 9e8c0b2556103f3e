package ai.tenon.djl.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private final Path cache = Path.of("some", "cache");
    private Properties before;

    @BeforeEach
    void remember() {
        before = (Properties) System.getProperties().clone();
    }

    @AfterEach
    void restore() {
        System.setProperties(before);
    }

    @Test
    void djlStaysAtHome() {
        Settings.apply(cache);
        assertEquals("true", System.getProperty("OPT_OUT_TRACKING"));
        assertEquals("true", System.getProperty("DJL_OFFLINE"));
        assertEquals("true", System.getProperty("ai.djl.onnx.disable_alternative"));
        assertEquals(cache.toAbsolutePath().toString(), System.getProperty("DJL_CACHE_DIR"));
    }

    @Test
    void whatWasSetBeforeStays() {
        System.setProperty("DJL_CACHE_DIR", "elsewhere");
        Settings.apply(cache);
        assertEquals("elsewhere", System.getProperty("DJL_CACHE_DIR"));
    }
}
