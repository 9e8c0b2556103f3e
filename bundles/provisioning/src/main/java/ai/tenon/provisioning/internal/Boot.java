package ai.tenon.provisioning.internal;

import ai.tenon.management.Deployments;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ModelRepository;
import ai.tenon.store.Durable;
import ai.tenon.store.GenerationStore.Attempts;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done once after a start, and whenever the gateway becomes ready. */
final class Boot {
    private static final Logger LOG = LoggerFactory.getLogger(Boot.class);

    private final GatewayState state;
    private final Deployments deployments;
    private final ModelRepository models;
    private final Changes changes;

    Boot(GatewayState state, Deployments deployments, ModelRepository models, Changes changes) {
        this.state = state;
        this.deployments = deployments;
        this.models = models;
        this.changes = changes;
    }

    /** Tells the core what should be served. */
    void restore() {
        try {
            deployments.restore(Specs.of(state.current(), models));
        } catch (ManagementException e) {
            LOG.error("Generation {} cannot serve: {}", state.current().number(), e.getMessage());
        }
    }

    /** Removes what nobody needs any more. */
    void cleanUp() {
        try {
            models.retain(state.forgetOld());
            Durable.deleteTree(state.incoming());
        } catch (IOException e) {
            LOG.warn("Old generations could not be removed: {}", e.getMessage());
        }
    }

    /** The gateway is ready: its generation is one to come back to. */
    void ready() {
        try {
            state.markGood();
            changes.settle(state.current().hash(), state.current().number());
        } catch (IOException e) {
            LOG.error("Generation {} could not be marked as good", state.current().number(), e);
        }
    }

    /**
     * The time for becoming ready is over.
     *
     * @return true if another start, or the generation before, may do better
     */
    boolean isHopeless(long millis) {
        try {
            String current = state.current().hash();
            Optional<String> good = state.generations().good();
            if (good.isEmpty() || good.get().equals(current)) {
                LOG.warn(
                        "Not ready after {} ms, and there is no other generation to go back to",
                        millis);
                return false;
            }
            String reason = "it was not ready after " + millis + " ms";
            int count = state.generations().attempts(current).count();
            state.generations().setAttempts(new Attempts(current, count, reason));
            LOG.error("Generation {}: {}; starting again", state.current().number(), reason);
            return true;
        } catch (IOException e) {
            LOG.error("The state of the generations cannot be read", e);
            return false;
        }
    }
}
