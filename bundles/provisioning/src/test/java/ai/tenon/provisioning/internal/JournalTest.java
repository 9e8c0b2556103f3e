package ai.tenon.provisioning.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.management.ManagementException.Kind;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.OperationInfo.State;
import ai.tenon.management.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir Path data;

    private static OperationInfo info(String id, State state) {
        return new OperationInfo(
                id, "swap", "a to b", "http 1", state, List.of(), 7, "done\nso", Kind.BUSY, 5, 6);
    }

    @Test
    void whatIsKnownSurvives() throws IOException {
        Journal journal = new Journal(data);
        journal.begin(info("1", State.WAITING), "f1");
        journal.commit("1", "hash");
        journal.end(info("1", State.FAILED));
        journal.begin(info("2", State.WAITING), "f2");
        Files.writeString(data.resolve("operations"), "end 2 SUCC", StandardOpenOption.APPEND);
        Journal again = new Journal(data);
        Journal.Entry one = again.find("1").orElseThrow();
        assertEquals("f1", one.fingerprint());
        assertEquals("hash", one.commit());
        assertEquals(info("1", State.FAILED), one.info());
        assertFalse(again.find("2").orElseThrow().info().ended());
        again.end(info("2", State.SUCCEEDED));
        assertTrue(new Journal(data).find("2").orElseThrow().info().ended());
    }

    @Test
    void theOldestAreForgotten() throws IOException {
        Journal journal = new Journal(data);
        for (int i = 0; i < 1200; i++) {
            journal.begin(info("op" + i, State.WAITING), "f");
            journal.end(info("op" + i, State.SUCCEEDED));
        }
        Journal again = new Journal(data);
        assertEquals(500, again.all().size());
        assertTrue(again.find("op1199").isPresent());
        assertTrue(again.find("op0").isEmpty());
    }

    @Test
    void requestsAreToldApartWhateverTheOrderOfTheirMaps() {
        Request one = new Request.Configure("p", Map.of("a", "1", "b", "2", "c", "3"));
        Request same = new Request.Configure("p", Map.of("c", "3", "b", "2", "a", "1"));
        assertEquals(Fingerprint.of(one), Fingerprint.of(same));
        assertNotEquals(Fingerprint.of(one), Fingerprint.of(new Request.Configure("p", Map.of())));
        assertNotEquals(
                Fingerprint.of(new Request.Install(URI.create("file:/a"), "")),
                Fingerprint.of(new Request.Update(URI.create("file:/a"), "")));
    }
}
