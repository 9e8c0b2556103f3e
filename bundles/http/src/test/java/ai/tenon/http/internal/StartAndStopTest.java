package ai.tenon.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** Where the gateway listens, and what it leaves in its data folder. */
class StartAndStopTest {
    @TempDir private Path folder;

    @Test
    void theTokenStaysAndTheAddressGoes() throws Exception {
        Path run = folder.resolve("data/run");
        try (TestFramework framework = new TestFramework(folder, Map.of())) {
            Bundle http = framework.startHttp();
            TestClient first = new TestClient(framework.data());
            http.stop();
            assertFalse(Files.exists(run.resolve("gateway.json")));
            assertThrows(ConnectException.class, () -> first.get("/v2"));
            http.start();
            assertEquals(first.token, new TestClient(framework.data()).token);
            http.stop();
            Files.writeString(run.resolve("token"), "");
            Files.setPosixFilePermissions(
                    run.resolve("token"), PosixFilePermissions.fromString("rw-r--r--"));
            http.start();
            TestClient third = new TestClient(framework.data());
            assertNotEquals(first.token, third.token);
            assertEquals(43, third.token.length());
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(run.resolve("token"))));
        }
        assertFalse(Files.exists(run.resolve("gateway.json")));
    }

    @Test
    void theFrameworkPropertyWinsOverTheConfiguration() throws Exception {
        int port = freePort();
        try (TestFramework framework =
                new TestFramework(folder, Map.of("ai.tenon.http.port", "" + port))) {
            framework.configure(Map.of("port", "1", "host", "localhost"));
            framework.startHttp();
            TestClient client = new TestClient(framework.data());
            assertEquals("http://localhost:" + port, client.address);
            assertEquals(200, client.get("/v2").status());
        }
    }

    @Test
    void aPortThatIsTakenLeavesNothingHalf() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestFramework framework =
                        new TestFramework(
                                folder, Map.of("ai.tenon.http.port", "" + taken.getLocalPort()))) {
            framework.startHttp();
            assertFalse(Files.exists(framework.data().resolve("run/gateway.json")));
            assertEquals(
                    0,
                    framework
                            .context()
                            .getServiceReferences(jakarta.servlet.Servlet.class, null)
                            .size());
        }
    }

    @Test
    void felixHttpMustNotListenByItself() throws Exception {
        try (TestFramework framework =
                new TestFramework(
                        folder,
                        Map.of(
                                "org.apache.felix.http.require.config",
                                "false",
                                "org.osgi.service.http.port",
                                "" + freePort()))) {
            framework.startHttp();
            assertFalse(Files.exists(framework.data().resolve("run/gateway.json")));
        }
        assertTrue(Files.exists(folder.resolve("data/run/token")));
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
