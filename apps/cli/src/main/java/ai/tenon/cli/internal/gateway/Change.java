package ai.tenon.cli.internal.gateway;

import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** A change to a gateway, followed to its end, also across a restart. */
public final class Change {
    private static final Duration RESTART = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;

    private final Gateway gateway;
    private final Consumer<String> progress;
    private final String id = UUID.randomUUID().toString();

    /**
     * @param progress told in words what the gateway does
     */
    public Change(Gateway gateway, Consumer<String> progress) {
        this.gateway = gateway;
        this.progress = progress;
    }

    /**
     * Asks for a change and waits for its end, however long that takes.
     *
     * @param request the fields of the request and its {@code kind}
     * @return the operation as it ended
     * @throws UserError if the gateway refuses it
     * @throws Failure if it does not get through
     */
    public JsonNode run(ObjectNode request) throws InterruptedException {
        request.put("id", id);
        JsonNode operation = gateway.change(request);
        while (isOpen(operation)) {
            tell(operation);
            operation = "RESTARTING".equals(state(operation)) ? afterRestart() : poll();
        }
        tell(operation);
        if (!"SUCCEEDED".equals(state(operation))) {
            String sentence = operation.path("message").asText();
            String problem = operation.path("problem").asText();
            throw UserError.KINDS.stream().anyMatch(kind -> kind.name().equals(problem))
                    ? new UserError(sentence)
                    : new Failure(sentence);
        }
        return operation;
    }

    private JsonNode poll() throws InterruptedException {
        Thread.sleep(POLL_MILLIS);
        return gateway.list("operations/" + id);
    }

    private JsonNode afterRestart() throws InterruptedException {
        progress.accept("the gateway restarts");
        long end = System.nanoTime() + RESTART.toNanos();
        while (true) {
            try {
                JsonNode operation = poll();
                if (!"RESTARTING".equals(state(operation))) {
                    return operation;
                }
            } catch (UserError | Failure e) {
                if (System.nanoTime() - end > 0) {
                    throw new Failure(
                            "the gateway did not come back within "
                                    + RESTART.toSeconds()
                                    + " s of its restart; see its log",
                            e);
                }
            }
        }
    }

    private void tell(JsonNode operation) {
        JsonNode steps = operation.path("steps");
        if (steps.size() > 0) {
            JsonNode step = steps.get(steps.size() - 1);
            progress.accept(
                    (step.path("name").asText() + " " + step.path("detail").asText()).strip());
        }
    }

    private static boolean isOpen(JsonNode operation) {
        return Set.of("WAITING", "RUNNING", "RESTARTING").contains(state(operation));
    }

    private static String state(JsonNode operation) {
        return operation.path("state").asText();
    }
}
