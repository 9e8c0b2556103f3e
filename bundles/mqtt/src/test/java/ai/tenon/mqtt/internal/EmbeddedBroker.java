package ai.tenon.mqtt.internal;

import com.hivemq.embedded.EmbeddedHiveMQ;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** HiveMQ in this process, on a port of its own that outlives a restart. */
final class EmbeddedBroker implements AutoCloseable {
    private final Path folder;
    private final int port = freePort();
    private EmbeddedHiveMQ broker;

    EmbeddedBroker(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("extensions"));
        Files.writeString(
                Files.createDirectories(folder.resolve("conf")).resolve("config.xml"),
                """
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                  </listeners>
                  <persistence><mode>in-memory</mode></persistence>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """
                        .formatted(port));
        start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    String uri() {
        return "mqtt://127.0.0.1:" + port;
    }

    void start() {
        broker =
                EmbeddedHiveMQ.builder()
                        .withConfigurationFolder(folder.resolve("conf"))
                        .withDataFolder(folder.resolve("data"))
                        .withExtensionsFolder(folder.resolve("extensions"))
                        .build();
        broker.start().join();
    }

    void stop() {
        broker.stop().join();
    }

    @Override
    public void close() throws Exception {
        broker.close();
    }
}
