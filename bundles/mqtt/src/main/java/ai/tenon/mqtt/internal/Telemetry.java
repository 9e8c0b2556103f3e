package ai.tenon.mqtt.internal;

import ai.tenon.device.Sensor;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointStatistics;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the gateway does, measured now; remembers the time before for what is per interval. */
final class Telemetry {
    private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);
    private static final Path STATUS = Path.of("/proc/self/status");

    private Map<Endpoint, EndpointStatistics> before = new HashMap<>();

    /**
     * One message.
     *
     * @param millis when, since the epoch
     */
    record Sample(
            long millis,
            long uptimeMillis,
            Memory memory,
            List<EndpointSample> endpoints,
            List<SensorSample> sensors) {}

    /**
     * @param residentBytes of the process; absent where the system does not say
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Memory(long heapUsedBytes, long heapCommittedBytes, Long residentBytes) {}

    /**
     * Counters since the endpoint exists, and the mean latency of the calls since the sample
     * before; absent if there were none.
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record EndpointSample(
            String name,
            String state,
            long served,
            long failed,
            long rejected,
            Double computeMillis,
            Double queueMillis) {}

    record SensorSample(String name, String kind, String unit, double value) {}

    Sample sample(Collection<Endpoint> endpoints, Collection<Sensor> sensors) {
        Map<Endpoint, EndpointStatistics> now = new HashMap<>();
        for (Endpoint endpoint : endpoints) {
            now.put(endpoint, endpoint.statistics());
        }
        List<EndpointSample> samples =
                now.entrySet().stream()
                        .map(entry -> sample(entry.getKey(), entry.getValue()))
                        .sorted(Comparator.comparing(EndpointSample::name))
                        .toList();
        before = now;
        return new Sample(
                System.currentTimeMillis(),
                ManagementFactory.getRuntimeMXBean().getUptime(),
                memory(),
                samples,
                sensors.stream().flatMap(Telemetry::sample).toList());
    }

    private EndpointSample sample(Endpoint endpoint, EndpointStatistics now) {
        EndpointStatistics last = before.get(endpoint);
        long calls = last == null ? 0 : now.succeeded() - last.succeeded();
        return new EndpointSample(
                endpoint.name(),
                endpoint.state().name(),
                now.succeeded(),
                now.failed(),
                now.rejected(),
                calls == 0 ? null : (now.computeNanos() - last.computeNanos()) / 1e6 / calls,
                calls == 0 ? null : (now.queueNanos() - last.queueNanos()) / 1e6 / calls);
    }

    private static Stream<SensorSample> sample(Sensor sensor) {
        OptionalDouble value;
        try {
            value = sensor.read();
        } catch (RuntimeException e) {
            LOG.debug("Sensor {} cannot be read", sensor, e);
            return Stream.of();
        }
        return value.isEmpty() || !Double.isFinite(value.getAsDouble())
                ? Stream.of()
                : Stream.of(
                        new SensorSample(
                                sensor.name(),
                                sensor.kind().name(),
                                sensor.kind().unit(),
                                value.getAsDouble()));
    }

    private static Memory memory() {
        Runtime runtime = Runtime.getRuntime();
        return new Memory(
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.totalMemory(),
                residentBytes());
    }

    /** Null where the system does not say. */
    private static Long residentBytes() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(null);
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }
}
