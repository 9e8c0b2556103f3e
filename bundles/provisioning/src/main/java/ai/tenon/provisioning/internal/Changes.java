package ai.tenon.provisioning.internal;

import ai.tenon.event.Topics;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.management.Operation;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.OperationInfo.State;
import ai.tenon.management.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.osgi.service.event.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue of changes: one after the other, each id once, all of them journalled and audited. */
final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int MAX_WAITING = 64;
    private static final int KEPT = 200;

    private final Executor thread;
    private final Change change;
    private final Journal journal;
    private final AuditLog audit;
    private final Consumer<Event> events;
    private final Runnable committed;
    private final Map<String, ChangeOperation> known = new LinkedHashMap<>();

    /**
     * @param thread runs one task after the other
     * @param events delivers an event before it returns
     * @param committed called after each change that was made without a restart
     */
    Changes(
            Executor thread,
            Change change,
            Journal journal,
            AuditLog audit,
            Consumer<Event> events,
            Runnable committed) {
        this.thread = thread;
        this.change = change;
        this.journal = journal;
        this.audit = audit;
        this.events = events;
        this.committed = committed;
    }

    synchronized Operation submit(String id, String actor, Request request)
            throws ManagementException {
        if (!ID.matcher(id).matches()) {
            throw new ManagementException(
                    Kind.INVALID, "an operation's id is 1 to 64 characters of A-Za-z0-9._-");
        }
        String fingerprint = Fingerprint.of(request);
        Optional<Journal.Entry> before = journal.find(id);
        if (before.isPresent()) {
            if (!before.get().fingerprint().equals(fingerprint)) {
                throw new ManagementException(
                        Kind.CONFLICT, "operation " + id + " was another request; choose a new id");
            }
            return find(id).orElseThrow();
        }
        if (known.values().stream().filter(op -> !op.info().ended()).count() >= MAX_WAITING) {
            throw new ManagementException(
                    Kind.BUSY, MAX_WAITING + " changes wait already; try again later");
        }
        ChangeOperation op = new ChangeOperation(id, actor, request, this::announce);
        try {
            journal.begin(op.info(), fingerprint);
            audit.write(op.info());
        } catch (IOException e) {
            throw new ManagementException(
                    Kind.FAILED, "the change cannot be recorded: " + e.getMessage(), e);
        }
        forgetOld();
        known.put(id, op);
        thread.execute(() -> run(op));
        return op;
    }

    /** Cancels what has not come to its point of no return. */
    synchronized void stop() {
        known.values().forEach(ChangeOperation::cancel);
    }

    private void forgetOld() {
        List<ChangeOperation> ended =
                known.values().stream().filter(op -> op.info().ended()).toList();
        for (int i = 0; i < known.size() - KEPT && i < ended.size(); i++) {
            known.remove(ended.get(i).id());
        }
    }

    private void run(ChangeOperation op) {
        try {
            change.make(op);
            if (op.info().state() == State.SUCCEEDED) {
                committed.run();
            }
        } catch (ManagementException | IOException | RuntimeException | Error e) {
            fail(op, e);
        }
        OperationInfo info = op.info();
        LOG.info("{} {}: {} ({} ms)", info.kind(), info.subject(), info.message(), info.millis());
        record(info);
        if (info.state() == State.RESTARTING) {
            change.restart();
        }
    }

    private static void fail(ChangeOperation op, Throwable e) {
        if (op.info().ended()) {
            LOG.error("After operation {}", op.id(), e);
            return;
        }
        ManagementException failure = Change.asFailure(e);
        boolean cancelled = failure.kind() == Kind.CANCELLED;
        if (failure.kind() == Kind.FAILED) {
            LOG.debug("Operation {} failed", op.id(), e);
        }
        op.end(cancelled ? State.CANCELLED : State.FAILED, 0, failure.getMessage(), failure.kind());
    }

    private void record(OperationInfo info) {
        try {
            journal.end(info);
            audit.write(info);
        } catch (IOException e) {
            LOG.error("The end of operation {} could not be recorded", info.id(), e);
        }
        send(
                Topics.OPERATION_ENDED,
                Map.of(
                        Topics.OPERATION,
                        info.id(),
                        Topics.KIND,
                        info.kind(),
                        Topics.STATE,
                        info.state().name(),
                        Topics.MESSAGE,
                        info.message()));
    }

    private void announce(ChangeOperation op, String step, String detail) {
        send(
                Topics.OPERATION_STEP,
                Map.of(
                        Topics.OPERATION,
                        op.id(),
                        Topics.KIND,
                        op.request().kind(),
                        Topics.STEP,
                        step,
                        Topics.MESSAGE,
                        detail));
    }

    private void send(String topic, Map<String, String> properties) {
        events.accept(new Event(topic, properties));
    }

    synchronized Optional<Operation> find(String id) {
        Operation op = known.get(id);
        return op != null
                ? Optional.of(op)
                : journal.find(id).map(entry -> new PastOperation(entry.info()));
    }

    /** Newest first. */
    synchronized List<OperationInfo> recent() {
        List<OperationInfo> infos = new ArrayList<>();
        for (Journal.Entry entry : journal.all()) {
            ChangeOperation op = known.get(entry.info().id());
            infos.add(0, op == null ? entry.info() : op.info());
        }
        return infos.subList(0, Math.min(KEPT, infos.size()));
    }

    /**
     * Ends what a stop of the process left open: what had become current is done, the rest is not.
     */
    void settle(String current, long number) {
        for (Journal.Entry entry : journal.all()) {
            State state = entry.info().state();
            boolean open = !entry.info().ended() || state == State.RESTARTING;
            if (open && find(entry.info().id()).orElseThrow() instanceof PastOperation past) {
                boolean made = entry.commit().equals(current);
                record(settled(past.info(), made, number));
            }
        }
    }

    private static OperationInfo settled(OperationInfo i, boolean made, long number) {
        return new OperationInfo(
                i.id(),
                i.kind(),
                i.subject(),
                i.actor(),
                made ? State.SUCCEEDED : State.FAILED,
                i.steps(),
                made ? number : 0,
                made
                        ? "generation " + number + ", after a restart"
                        : "the gateway stopped before the change was made, or the change did not"
                                + " start; nothing changed",
                made ? null : Kind.FAILED,
                i.startedMillis(),
                System.currentTimeMillis() - i.startedMillis());
    }
}
