package ai.tenon.evaluation.internal.optimize;

import ai.tenon.measurement.Stopwatch;
import ai.tenon.measurement.Timings;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.DoubleStream;

/**
 * A stopwatch that says what its script says: how many times as long as the first candidate the
 * second takes, one measurement after the other, and in the end the same for ever. More than two
 * candidates take what {@link #several} says, or all the same. Every candidate runs once.
 */
final class ScriptedStopwatch implements Stopwatch {
    private final Iterator<Double> script;
    private double slower;
    private double[] several = {};
    private int measured;

    private ScriptedStopwatch(double... script) {
        this.script = DoubleStream.of(script).iterator();
    }

    static ScriptedStopwatch saying(double... script) {
        return new ScriptedStopwatch(script);
    }

    /** What candidates take where there are more than two; those that are left out take 1. */
    ScriptedStopwatch several(double... times) {
        several = times;
        return this;
    }

    int measured() {
        return measured;
    }

    @Override
    public Timings measure(
            List<? extends Candidate> candidates, Effort effort, BooleanSupplier stop)
            throws CandidateException {
        measured++;
        boolean two = candidates.size() == 2;
        slower = two && script.hasNext() ? script.next() : slower;
        long[][] nanos = new long[candidates.size()][stop.getAsBoolean() ? 0 : 3];
        for (int i = 0; i < candidates.size(); i++) {
            try {
                candidates.get(i).run();
            } catch (Exception e) {
                throw new CandidateException(i, e);
            }
            Arrays.fill(nanos[i], (long) (1e6 * (two && i == 1 ? slower : time(i))));
        }
        return new Timings(nanos, new long[candidates.size()], 1);
    }

    private double time(int candidate) {
        return candidate < several.length ? several[candidate] : 1;
    }
}
