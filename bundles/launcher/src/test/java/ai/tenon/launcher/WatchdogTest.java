package ai.tenon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.store.GenerationStore;
import ai.tenon.store.GenerationStore.Attempts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogTest {
    private static final String CURRENT = "a".repeat(64);
    private static final String GOOD = "b".repeat(64);

    @TempDir Path data;
    private final List<String> said = new ArrayList<>();
    private final CountDownLatch restarted = new CountDownLatch(1);
    private GenerationStore store;

    @BeforeEach
    void open() throws Exception {
        store = new GenerationStore(data);
        store.setGood(GOOD);
        store.setAttempts(new Attempts(CURRENT, 2, ""));
    }

    @Test
    void aStartThatNobodyManagesEndsAndItsReasonIsKept() throws Exception {
        new Watchdog(data, CURRENT, said::add).start(1, () -> false, restarted::countDown);
        assertTrue(restarted.await(10, TimeUnit.SECONDS));
        assertEquals(2, store.attempts(CURRENT).count());
        assertTrue(store.attempts(CURRENT).reason().contains("nothing managed the gateway"));
    }

    @Test
    void aManagedGatewayIsLeftAlone() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        new Watchdog(data, CURRENT, said::add)
                .start(
                        1,
                        () -> {
                            asked.countDown();
                            return true;
                        },
                        restarted::countDown);
        assertTrue(asked.await(10, TimeUnit.SECONDS));
        assertFalse(restarted.await(100, TimeUnit.MILLISECONDS));
    }

    @Test
    void withoutAnotherGenerationARestartWouldNotHelp() {
        assertFalse(new Watchdog(data, GOOD, said::add).isHopeless(1));
        assertTrue(said.get(0).contains("no generation to go back to"), said.toString());
    }
}
