package ai.tenon.provisioning.internal;

import ai.tenon.management.Operation;
import ai.tenon.management.OperationInfo;
import java.time.Duration;

/** An operation of an earlier life of the process. */
record PastOperation(OperationInfo info) implements Operation {
    @Override
    public OperationInfo await(Duration atMost) {
        return info;
    }

    @Override
    public boolean cancel() {
        return false;
    }
}
