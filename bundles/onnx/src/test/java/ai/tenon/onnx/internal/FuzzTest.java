package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import com.google.protobuf.MessageLite;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * Changed models are read, and written and read again, or refused; nothing else happens. Runs for
 * {@code -Dtenon.fuzz.seconds} (10) from {@code -Dtenon.fuzz.seed} (1); an input that fails is kept
 * in {@code target/fuzz}.
 */
class FuzzTest {
    private static final long MOST_SECONDS_FOR_ONE_INPUT = 60;
    private static final long MOST_HEAP_FOR_ONE_INPUT = 500_000_000;
    private static final int MAX_CORPUS_MODEL = 20_000;

    /** One in so many that are drawn is taken. */
    private static final int LARGE_ONES = 20;

    private final OnnxFormat format = new OnnxFormat();
    private final List<Original> corpus = new ArrayList<>();

    /**
     * @param kind as {@code ModelFormat.readValue} takes it; empty for a model
     */
    private record Original(String kind, Schema schema, byte[] bytes) {}

    @Test
    void changedModelsAndValues(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("tenon.fuzz.seed", 1);
        long seconds = Long.getLong("tenon.fuzz.seconds", 10);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        fillCorpus(folder);
        Random random = new Random(seed);
        Mutator mutator = new Mutator(random);
        for (Original original : corpus) {
            mutator.learn(original.schema, original.bytes);
        }
        int accepted = 0;
        int inputs = 0;
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try {
            for (; System.nanoTime() < end; inputs++) {
                Original original = draw(random);
                byte[] input = mutator.mutate(original.schema, original.bytes);
                try {
                    accepted +=
                            worker.submit(() -> run(original.kind, input))
                                    .get(MOST_SECONDS_FOR_ONE_INPUT, TimeUnit.SECONDS);
                } catch (Exception e) {
                    Path kept = Files.createDirectories(Path.of("target", "fuzz"));
                    Files.write(kept.resolve(seed + "-" + inputs + original.kind), input);
                    throw new AssertionError("seed " + seed + ", input " + inputs, e);
                }
            }
        } finally {
            worker.shutdownNow();
        }
        System.out.println(inputs + " changed files, " + accepted + " still valid");
        assertTrue(accepted > inputs / 20, "hardly any input gets far");
        assertTrue(accepted < inputs, "nothing is refused");
    }

    private Original draw(Random random) {
        while (true) {
            Original original = corpus.get(random.nextInt(corpus.size()));
            if (original.bytes.length < MAX_CORPUS_MODEL || random.nextInt(LARGE_ONES) == 0) {
                return original;
            }
        }
    }

    /** Returns 1 if the input is still valid, 0 if it is refused as it should be. */
    private int run(String kind, byte[] input) throws Exception {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int result = 1;
        try {
            if (!kind.isEmpty()) {
                format.readValue(ByteBuffer.wrap(input), kind);
            } else {
                ByteBuffer written = format.write(format.read(ByteBuffer.wrap(input)));
                assertEquals(written, format.write(format.read(written)));
            }
        } catch (ModelFormatException e) {
            assertFalse(e.getMessage().isBlank());
            result = 0;
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MOST_HEAP_FOR_ONE_INPUT, () -> allocated + " bytes allocated");
        return result;
    }

    private void fillCorpus(Path folder) throws Exception {
        model(Samples.add().build().toByteArray());
        model(Samples.everything().toByteArray());
        model(withoutWeights(Files.readAllBytes(Models.miniLm(folder))));
        value("tensor", Schema.TENSOR, Samples.weights("t", 1, 2));
        value("sequence", Schema.SEQUENCE, Samples.sequence());
        value("optional", Schema.OPTIONAL, Samples.optional());
        value("map", Schema.MAP, Samples.map());
        try {
            Models.conformance(
                    (name, content) -> {
                        if (name.endsWith(".onnx")
                                && content.length < MAX_CORPUS_MODEL
                                && name.hashCode() % 8 == 0) {
                            model(content);
                        }
                    });
        } catch (TestAbortedException e) {
            // The other models do.
        }
    }

    private void model(byte[] bytes) {
        corpus.add(new Original("", Schema.MODEL, bytes));
    }

    private void value(String kind, Schema schema, MessageLite value) {
        corpus.add(new Original(kind, schema, value.toByteArray()));
    }

    private static byte[] withoutWeights(byte[] bytes) throws Exception {
        ModelProto model = ModelProto.parseFrom(bytes);
        GraphProto.Builder graph = model.getGraph().toBuilder().clearInitializer();
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            graph.addInitializer(tensor.toBuilder().clearRawData().clearDims().addDims(0));
        }
        return model.toBuilder().setGraph(graph).build().toByteArray();
    }
}
