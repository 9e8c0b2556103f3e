package ai.tenon.mqtt.internal;

import ai.tenon.backend.Signature;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.EndpointStatistics;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An endpoint that has served as many calls as a test says, of 2 ms each. */
final class CountingEndpoint implements Endpoint {
    final AtomicLong served = new AtomicLong();

    @Override
    public String name() {
        return "minilm";
    }

    @Override
    public EndpointState state() {
        return EndpointState.SERVING;
    }

    @Override
    public Signature signature() {
        return new Signature(List.of(), List.of());
    }

    @Override
    public Call newCall() {
        throw new UnsupportedOperationException();
    }

    @Override
    public EndpointStatistics statistics() {
        long calls = served.get();
        return new EndpointStatistics(calls, 1, 2, 0, calls * 2_000_000, calls * 500_000, 0);
    }
}
