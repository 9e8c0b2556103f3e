package ai.tenon.mqtt.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.OperationInfo;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a request is answered with.
 *
 * @param ok whether it was accepted or, once {@code last}, whether it worked
 * @param last false if another answer follows: the change goes on
 * @param result of a query
 * @param operation of a change
 * @param error a sentence, with its {@code kind}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Answer(
        boolean ok,
        boolean last,
        Object result,
        OperationInfo operation,
        String error,
        ManagementException.Kind kind) {
    static Answer of(Object result) {
        return new Answer(true, true, result, null, null, null);
    }

    static Answer of(OperationInfo operation) {
        boolean worked =
                switch (operation.state()) {
                    case WAITING, RUNNING, SUCCEEDED, RESTARTING -> true;
                    case FAILED, CANCELLED -> false;
                };
        return new Answer(
                worked,
                operation.ended(),
                null,
                operation,
                worked ? null : operation.message(),
                operation.problem());
    }

    static Answer of(ManagementException refused) {
        return new Answer(false, true, null, null, refused.getMessage(), refused.kind());
    }
}
