package ai.tenon.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeasesTest {
    @Test
    void countsWhatManyThreadsEnterAndLeave() throws InterruptedException {
        Leases leases = new Leases();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Thread thread =
                    new Thread(
                            () -> {
                                for (int n = 0; n < 10_000; n++) {
                                    leases.leave(leases.enter());
                                }
                                leases.enter();
                            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(20, leases.held());
    }

    @Test
    void aLeaseIsLeftOnItsOwnStripeByWhicheverThread() throws InterruptedException {
        Leases leases = new Leases();
        int stripe = leases.enter();
        Thread other = new Thread(() -> leases.leave(stripe));
        other.start();
        other.join();
        assertTrue(leases.idle());
    }
}
