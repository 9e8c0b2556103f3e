package ai.tenon.mqtt.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.service.event.Event;

/** Without a broker, or with one that is none. */
@Timeout(30)
class OffTest {
    private static long linkThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("tenon-mqtt"))
                .count();
    }

    @Test
    void withoutABrokerNothingRuns() {
        long before = linkThreads();
        MqttComponent gateway = Gateways.start(Map.of("clientId", "g"));
        assertEquals(before, linkThreads());
        gateway.handleEvent(new Event("ai/tenon/endpoint/CHANGED", Map.of()));
        gateway.deactivate();
    }

    @Test
    void settingsThatCannotWorkLeaveItOff() {
        long before = linkThreads();
        for (Map<String, Object> settings :
                java.util.List.<Map<String, Object>>of(
                        Map.of("broker", "tcp://127.0.0.1:1"),
                        Map.of("broker", "http://127.0.0.1:1", "clientId", "g"),
                        Map.of("broker", "tcp://a b", "clientId", "g"),
                        Map.of("broker", "tcp://127.0.0.1", "clientId", "g", "prefix", "a/#"))) {
            MqttComponent gateway = assertDoesNotThrow(() -> Gateways.start(settings));
            assertEquals(before, linkThreads(), settings::toString);
            gateway.deactivate();
        }
    }

    @Test
    void aBrokerThatAcceptsAndSaysNothingHoldsNobodyUp() throws Exception {
        long before = linkThreads();
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MqttComponent gateway =
                    Gateways.start(
                            Map.of(
                                    "broker",
                                    "tcp://127.0.0.1:" + mute.getLocalPort(),
                                    "clientId",
                                    "g"));
            mute.accept();
            assertEquals(before + 1, linkThreads());
            gateway.deactivate();
            while (linkThreads() > before) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void addressesAreReadAsUsersWriteThem() {
        assertEquals("tcp://host:1883", Broker.parse("mqtt://host:1883").toString());
        assertEquals("ssl://host", Broker.parse("mqtts://host").toString());
        assertTrue(Broker.parse("mqtt://192.0.2.1").isOpenToEavesdroppers());
        assertThrows(IllegalArgumentException.class, () -> Broker.parse("tcp://host/path"));
    }
}
