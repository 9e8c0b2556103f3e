package ai.tenon.logging.internal;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.spi.SLF4JServiceProvider;

class BundledProviderTest {
    /** The thread that logs first belongs to somebody who cannot see the configuration file. */
    @Test
    void readsItsOwnConfigurationWhoeverLogsFirst() {
        ClassLoader foreign = ClassLoader.getPlatformClassLoader();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        SLF4JServiceProvider provider = new BundledProvider();
        thread.setContextClassLoader(foreign);
        try {
            provider.initialize();
            assertSame(foreign, thread.getContextClassLoader());
        } finally {
            thread.setContextClassLoader(before);
        }
        Logger logger = provider.getLoggerFactory().getLogger("some.where.Gateway");

        String printed = captureStandardError(() -> log(logger));

        assertTrue(
                printed.matches(
                        "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO Gateway - ready on port 8080\\R"),
                printed);
    }

    @Test
    void isTheOneProviderThatSlf4jFinds() {
        SLF4JServiceProvider first =
                ServiceLoader.load(
                                SLF4JServiceProvider.class, BundledProvider.class.getClassLoader())
                        .iterator()
                        .next();
        assertInstanceOf(BundledProvider.class, first);
    }

    private static void log(Logger logger) {
        logger.debug("not at the default level");
        logger.info("ready on port {}", 8080);
    }

    private static String captureStandardError(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return captured.toString(StandardCharsets.UTF_8);
    }
}
