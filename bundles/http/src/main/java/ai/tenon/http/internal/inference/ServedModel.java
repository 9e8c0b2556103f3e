package ai.tenon.http.internal.inference;

import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * An endpoint and the calls that are kept for it. There are never more of them than requests run at
 * once.
 */
final class ServedModel {
    private final Endpoint endpoint;
    private final ConcurrentLinkedDeque<Call> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean gone;

    ServedModel(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** A call for this thread alone, until it is given back. */
    Call take() {
        Call call = idle.poll();
        return call == null ? endpoint.newCall() : call;
    }

    /** Takes a call back whose outputs are not needed any more. */
    void giveBack(Call call) {
        call.release();
        idle.push(call);
        if (gone) {
            close();
        }
    }

    /** Closes all calls; those that are out are closed when they come back. */
    void close() {
        gone = true;
        Call call;
        while ((call = idle.poll()) != null) {
            call.close();
        }
    }
}
