package ai.tenon.evaluation.internal.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ModelSource;
import ai.tenon.evaluation.Sample;
import ai.tenon.evaluation.internal.Rooms;
import ai.tenon.evaluation.internal.TestData;
import ai.tenon.evaluation.internal.TestModels;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.quantize.CalibrationData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeviceTest {
    private static final int SAMPLES = 200;

    private final Room room = Rooms.with();
    private final Model model = TestModels.perceptron();
    private final ModelSource source = Rooms.source(model);
    private final AtomicInteger handedOut = new AtomicInteger();
    private int delivered;
    private int stopAfter = Integer.MAX_VALUE;
    private final Device device =
            new Device(
                    room.backends().get("reference"),
                    source,
                    Rooms.onnx(),
                    1,
                    new CompileMonitor((step, done) -> {}, () -> handedOut.get() >= stopAfter));

    @Test
    void everySampleIsRunOnceInOrderOneAtATimeAndFewAreInMemory() throws Exception {
        List<Float> firsts = new ArrayList<>();
        Set<Thread> threads = Collections.newSetFromMap(new IdentityHashMap<>());
        boolean[] busy = new boolean[1];
        device.run(
                model,
                counting(SAMPLES),
                outputs -> {
                    assertTrue(!busy[0], "two at once");
                    busy[0] = true;
                    threads.add(Thread.currentThread());
                    firsts.add(outputs.get("y").buffer().getFloat(0));
                    delivered++;
                    int cores = Runtime.getRuntime().availableProcessors();
                    assertTrue(handedOut.get() - delivered <= cores, "read ahead");
                    busy[0] = false;
                });
        assertEquals(SAMPLES, firsts.size());
        List<Float> alone = new ArrayList<>();
        for (Sample sample : TestData.of(SAMPLES)) {
            try (Executable executable = device.compileOriginal()) {
                device.run(
                        List.of(executable),
                        List.of(sample).iterator(),
                        "one",
                        (number, same, answers) ->
                                alone.add(answers.get(0).get("y").buffer().getFloat(0)));
            }
        }
        assertEquals(alone, firsts);
    }

    @Test
    void severalExecutablesGetTheSameSample() throws Exception {
        try (Executable first = device.compileOriginal();
                Executable second = device.compile(model)) {
            device.run(
                    List.of(first, second),
                    TestData.of(20).iterator(),
                    "data",
                    (number, sample, answers) ->
                            assertArrayEquals(
                                    answers.get(0).get("y").toFloats(),
                                    answers.get(1).get("y").toFloats()));
        }
    }

    @Test
    void samplesThatDoNotFitAreNamed() {
        assertRefused("sample 3 of /data lacks input 'x'; it has [z]", Map.of("z", floats(8)));
        assertRefused("sample 3 of /data has FLOAT[1, 7] for input x", Map.of("x", floats(7)));
        assertRefused(
                "sample 3 of /data has INT64[1, 8] for input x",
                Map.of("x", Tensor.ofLongs(new long[8], 1, 8)));
        Tensor bad = floats(8);
        bad.buffer().putFloat(4 * 5, Float.NaN);
        assertRefused("NaN or an infinite number in input 'x', element 5", Map.of("x", bad));
    }

    @Test
    void whatTheSinkThrowsEndsTheRun() {
        IllegalStateException thrown = new IllegalStateException("full");
        assertEquals(
                thrown,
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                device.run(
                                        model,
                                        counting(SAMPLES),
                                        outputs -> {
                                            throw thrown;
                                        })));
        assertTrue(handedOut.get() < SAMPLES);
    }

    @Test
    void tooLittleMemoryInOneThreadEndsAllOfThem() {
        AtomicInteger delivered = new AtomicInteger();
        OutOfMemoryError thrown = new OutOfMemoryError("thrown by a test");
        assertEquals(
                thrown,
                assertThrows(
                        OutOfMemoryError.class,
                        () ->
                                device.run(
                                        model,
                                        counting(SAMPLES),
                                        outputs -> {
                                            if (delivered.incrementAndGet() == 7) {
                                                throw thrown;
                                            }
                                        })));
        assertEquals(7, delivered.get());
    }

    @Test
    void aRunIsCancelledBetweenSamples() {
        stopAfter = 10;
        BackendException error =
                assertThrows(
                        BackendException.class,
                        () -> device.run(model, counting(SAMPLES), outputs -> {}));
        assertEquals(BackendException.ErrorClass.CANCELLED, error.errorClass());
        assertEquals(10, handedOut.get());
    }

    private void assertRefused(String part, Map<String, Tensor> inputs) {
        List<Sample> samples = new ArrayList<>(TestData.of(6).samples());
        samples.set(3, new Sample(inputs, Map.of()));
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        device.run(
                                                List.of(device.compileOriginal()),
                                                samples.iterator(),
                                                "/data",
                                                (number, sample, answers) -> {}))
                        .getMessage();
        assertTrue(message.contains(part), message);
    }

    private static Tensor floats(int length) {
        return Tensor.ofFloats(new float[length], 1, length);
    }

    /** Samples, counted when they are handed out. */
    private CalibrationData counting(int size) {
        List<Sample> samples = TestData.of(size).samples();
        return new CalibrationData() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public String source() {
                return "/data";
            }

            @Override
            public Iterator<Map<String, Tensor>> iterator() {
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return handedOut.get() < size;
                    }

                    @Override
                    public Map<String, Tensor> next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        return samples.get(handedOut.getAndIncrement()).inputs();
                    }
                };
            }
        };
    }
}
