package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Model;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.TensorProto;
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

    private static final String[] KINDS = {
        "tensor", "sparse_tensor", "sequence", "optional", "map"
    };

    private final OnnxFormat format = new OnnxFormat();
    private final List<byte[]> corpus = new ArrayList<>();

    @Test
    void changedModels(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("tenon.fuzz.seed", 1);
        long end =
                System.nanoTime()
                        + TimeUnit.SECONDS.toNanos(Long.getLong("tenon.fuzz.seconds", 10));
        fillCorpus(folder);
        Random random = new Random(seed);
        Mutator mutator = new Mutator(random);
        for (byte[] model : corpus) {
            mutator.learn(model);
        }
        int accepted = 0;
        int inputs = 0;
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try {
            for (; System.nanoTime() < end; inputs++) {
                byte[] original = corpus.get(random.nextInt(corpus.size()));
                while (original.length > MAX_CORPUS_MODEL && random.nextInt(LARGE_ONES) != 0) {
                    original = corpus.get(random.nextInt(corpus.size()));
                }
                byte[] input = mutator.mutate(Schema.MODEL, original);
                try {
                    accepted +=
                            worker.submit(() -> run(input))
                                    .get(MOST_SECONDS_FOR_ONE_INPUT, TimeUnit.SECONDS);
                } catch (Exception e) {
                    Path kept = Files.createDirectories(Path.of("target", "fuzz"));
                    Files.write(kept.resolve(seed + "-" + inputs + ".onnx"), input);
                    throw new AssertionError("seed " + seed + ", input " + inputs, e);
                }
            }
        } finally {
            worker.shutdownNow();
        }
        System.out.println(inputs + " changed models, " + accepted + " still models");
        assertTrue(accepted > inputs / 20, "hardly any input gets far");
        assertTrue(accepted < inputs, "nothing is refused");
    }

    /** Returns 1 if the input is still a model. */
    private int run(byte[] input) throws Exception {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int result = 0;
        try {
            Model model = format.read(ByteBuffer.wrap(input));
            ByteBuffer written = format.write(model);
            assertEquals(written, format.write(format.read(written)));
            result = 1;
        } catch (ModelFormatException e) {
            assertTrue(e.getMessage() != null && !e.getMessage().isBlank());
        }
        for (String kind : KINDS) {
            try {
                format.readValue(ByteBuffer.wrap(input), kind);
            } catch (ModelFormatException e) {
                assertTrue(e.getMessage() != null);
            }
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MOST_HEAP_FOR_ONE_INPUT, () -> allocated + " bytes allocated");
        return result;
    }

    private void fillCorpus(Path folder) throws Exception {
        corpus.add(Samples.add().build().toByteArray());
        corpus.add(Samples.everything().toByteArray());
        corpus.add(withoutWeights(Files.readAllBytes(Models.miniLm(folder))));
        try {
            Models.conformance(
                    (name, content) -> {
                        if (name.endsWith(".onnx")
                                && content.length < MAX_CORPUS_MODEL
                                && corpus.size() % 8 != 0) {
                            corpus.add(content);
                        }
                    });
        } catch (TestAbortedException e) {
            // The other models do.
        }
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
