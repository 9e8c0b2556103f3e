package ai.tenon.mqtt.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.management.Operation;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.Operations;
import ai.tenon.management.Request;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Answers requests. Queries get one answer; a change gets one when it is accepted and one when it
 * has ended. On the link's thread only.
 */
final class Requests {
    private static final int MAX_OPEN = 64;

    private final Map<String, Supplier<?>> queries;
    private final Supplier<Operations> operations;
    private final RequestReader reader;
    private final Json json;
    private final String actor;
    private final List<Open> open = new ArrayList<>();

    private record Open(Operation operation, Consumer<Answer> answers) {}

    /**
     * @param queries what can be asked, by kind; a supplier yields null for what is not there
     * @param operations yields null while there are none
     * @param actor who asks, for the audit log
     */
    Requests(
            Map<String, Supplier<?>> queries,
            Supplier<Operations> operations,
            RequestReader reader,
            Json json,
            String actor) {
        this.queries = queries;
        this.operations = operations;
        this.reader = reader;
        this.json = json;
        this.actor = actor;
    }

    /** All that can be asked for. */
    TreeSet<String> kinds() {
        TreeSet<String> kinds = new TreeSet<>(queries.keySet());
        kinds.addAll(Request.KINDS.keySet());
        return kinds;
    }

    /** Never throws: whatever comes in gets an answer. */
    void handle(String kind, byte[] payload, byte[] correlationData, Consumer<Answer> answers) {
        try {
            ObjectNode fields = json.object(payload);
            if (queries.containsKey(kind)) {
                answers.accept(Answer.of(query(kind)));
            } else if (Request.KINDS.containsKey(kind)) {
                change(reader.read(kind, fields), OperationId.of(correlationData), answers);
            } else {
                throw new ManagementException(Kind.INVALID, "'" + kind + "' is none of " + kinds());
            }
        } catch (ManagementException e) {
            answers.accept(Answer.of(e));
        } catch (RuntimeException e) {
            answers.accept(Answer.of(new ManagementException(Kind.FAILED, e.toString(), e)));
        }
    }

    private Object query(String kind) throws ManagementException {
        Object result = queries.get(kind).get();
        if (result == null) {
            throw new ManagementException(
                    Kind.NOT_FOUND, "this gateway has nothing (yet) that knows its " + kind);
        }
        return result;
    }

    private void change(Request request, String id, Consumer<Answer> answers)
            throws ManagementException {
        Operations current = operations.get();
        if (current == null) {
            throw new ManagementException(
                    Kind.BUSY, "this gateway's management is not there (yet); ask again");
        }
        if (open.size() >= MAX_OPEN) {
            throw new ManagementException(Kind.BUSY, MAX_OPEN + " changes wait already; ask later");
        }
        Operation operation = current.submit(id, actor, request);
        OperationInfo info = operation.info();
        answers.accept(Answer.of(info));
        if (!info.ended()) {
            open.add(new Open(operation, answers));
        }
    }

    /** Tells those who asked of changes that have ended since the last time. */
    void reportEnded() {
        for (Open asked : List.copyOf(open)) {
            OperationInfo info = asked.operation.info();
            if (info.ended()) {
                open.remove(asked);
                asked.answers.accept(Answer.of(info));
            }
        }
    }
}
