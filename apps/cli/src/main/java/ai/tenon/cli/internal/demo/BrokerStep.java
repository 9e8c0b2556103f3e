package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.terminal.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The gateway connects to a broker; from here on it is asked for swaps through that. */
final class BrokerStep implements Step {
    @Override
    public String name() {
        return "connect to the broker";
    }

    @Override
    public void run(Scene scene) throws InterruptedException {
        Broker broker = scene.broker.orElseThrow();
        ObjectNode configure = Json.object().put("kind", "configure").put("pid", "ai.tenon.mqtt");
        configure.putObject("values").put("broker", broker.url).put("clientId", broker.gatewayId);
        scene.change(configure);
        broker.awaitBirth();
    }
}
