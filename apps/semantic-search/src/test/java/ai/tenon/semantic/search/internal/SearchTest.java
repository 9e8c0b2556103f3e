package ai.tenon.semantic.search.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.inference.EndpointState;
import ai.tenon.semantic.search.SearchAnswer;
import ai.tenon.semantic.search.SearchException;
import ai.tenon.semantic.search.SearchException.Kind;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.service.condition.Condition;

/** The real tokenizer and the real model, from a folder of text to answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class SearchTest {
    private static final String QUESTION = "How do I go back to the version before?";

    private Path temp;
    private Path tokenizerFile;
    private OrtEndpoint endpoint;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        temp = folder;
        tokenizerFile = Files.write(temp.resolve("tokenizer.json"), resource("tokenizer.json"));
        endpoint = new OrtEndpoint(resource(".onnx"));
        Path text = Files.createDirectories(temp.resolve("text/guide"));
        Files.writeString(
                text.resolve("operate.md"),
                """
                # Rolling back

                Every change makes a generation. To undo the last one, select the previous generation.

                # Cooling

                Above 85 degrees the processor lowers its clock; put the box where air can move.
                """);
        Files.writeString(
                text.resolve("kitchen.txt"),
                "Knead the dough for ten minutes.\n\nBake the bread at 230 degrees until it is brown.\n");
    }

    @AfterAll
    void close() throws Exception {
        endpoint.close();
    }

    private static byte[] resource(String suffix) throws Exception {
        String separator = suffix.startsWith(".") ? "" : "-";
        try (InputStream in =
                AllMiniLmL6V2EmbeddingModel.class.getResourceAsStream(
                        "/all-minilm-l6-v2" + separator + suffix)) {
            return in.readAllBytes();
        }
    }

    private SemanticSearchComponent search(SingleEndpoint deployments, String folder) {
        BundleContext context =
                (BundleContext)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {BundleContext.class},
                                (proxy, method, arguments) -> null);
        return new SemanticSearchComponent(
                context, settings(folder), deployments, Condition.INSTANCE);
    }

    private Settings settings(String folder) {
        return (Settings)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Settings.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "folder" -> folder;
                                    case "tokenizer" -> tokenizerFile.toString();
                                    default -> method.getDefaultValue();
                                });
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(20);
        }
    }

    @Test
    void tokensAreBerts() throws Exception {
        try (Tokenizer tokenizer = new Tokenizer(tokenizerFile)) {
            // bert-base-uncased: [CLS] hello world ! [SEP]
            Tokens tokens = tokenizer.encode("Hello world!");
            assertArrayEquals(new long[] {101, 7592, 2088, 999, 102}, tokens.ids());
            assertArrayEquals(new long[] {1, 1, 1, 1, 1}, tokens.attentionMask());
            assertArrayEquals(new long[5], tokens.typeIds());
            assertEquals(3, tokenizer.count("Hello world!"));
            assertEquals(Tokenizer.MAX_TOKENS, tokenizer.encode("word ".repeat(1000)).length());
        }
    }

    @Test
    void embeddingsAreTheOracles() throws Exception {
        AllMiniLmL6V2EmbeddingModel oracle = new AllMiniLmL6V2EmbeddingModel();
        try (Tokenizer tokenizer = new Tokenizer(tokenizerFile);
                Embedder embedder = new Embedder(endpoint)) {
            for (String text : List.of(QUESTION, "x", "Naïve café, 日本 & 230 °C?")) {
                assertArrayEquals(
                        oracle.embed(text).content().vector(),
                        embedder.embed(tokenizer.encode(text)),
                        1e-5f,
                        text);
            }
        }
    }

    @Test
    void aQuestionFindsItsPassage() throws Exception {
        SemanticSearchComponent search = search(new SingleEndpoint(endpoint), temp + "/text");
        try {
            assertEquals(Kind.UNAVAILABLE, fails(search, QUESTION, 1).kind());
            search.bindEndpoint(endpoint);
            await(() -> search.status().ready());

            SearchAnswer answer = search.search(QUESTION, 2);
            assertEquals("guide/operate.md", answer.results().get(0).file());
            assertTrue(
                    answer.results().get(0).passage().startsWith("# Rolling back\nEvery change"));
            assertTrue(answer.results().get(0).score() > answer.results().get(1).score());
            assertEquals(4, answer.passages());
            assertEquals("oracle@1", answer.backend());
            assertFalse(answer.stale());
            assertEquals(
                    "guide/kitchen.txt", search.search("hot oven loaf", 1).results().get(0).file());

            assertEquals(Kind.INVALID, fails(search, " ", 1).kind());
            assertEquals(Kind.INVALID, fails(search, "x".repeat(1001), 1).kind());
            assertEquals(Kind.INVALID, fails(search, "x", 0).kind());
            assertEquals(Kind.INVALID, fails(search, "x", 51).kind());
        } finally {
            search.deactivate();
        }
    }

    @Test
    void severalQuestionsAtOnceGetTheSameAnswers() throws Exception {
        SemanticSearchComponent search = search(new SingleEndpoint(endpoint), temp + "/text");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            search.bindEndpoint(endpoint);
            await(() -> search.status().ready());
            SearchAnswer expected = search.search(QUESTION, 4);
            Callable<SearchAnswer> ask = () -> search.search(QUESTION, 4);
            for (Future<SearchAnswer> answer :
                    threads.invokeAll(java.util.Collections.nCopies(16, ask))) {
                assertEquals(expected, answer.get());
            }
        } finally {
            threads.shutdown();
            search.deactivate();
        }
    }

    @Test
    void theEndpointMayGoAndComeBackAndItsModelMayChange() throws Exception {
        SingleEndpoint deployments = new SingleEndpoint(endpoint);
        SemanticSearchComponent search = search(deployments, temp + "/text");
        int callsBefore = endpoint.openCalls.get();
        try {
            search.bindEndpoint(endpoint);
            await(() -> search.status().ready());
            long firstIndex = search.status().passages();

            endpoint.state = EndpointState.UNLOADED;
            assertEquals(Kind.UNAVAILABLE, fails(search, QUESTION, 1).kind());
            endpoint.state = EndpointState.SERVING;
            assertEquals(1, search.search(QUESTION, 1).results().size());

            deployments.modelSha256 = "second";
            assertTrue(search.search(QUESTION, 1).stale());
            await(() -> search.status().modelSha256().equals("second"));
            assertFalse(search.search(QUESTION, 1).stale());
            assertEquals(firstIndex, search.status().passages());

            search.unbindEndpoint(endpoint);
            assertEquals(Kind.UNAVAILABLE, fails(search, QUESTION, 1).kind());
            assertEquals(callsBefore, endpoint.openCalls.get());
        } finally {
            endpoint.state = EndpointState.SERVING;
            search.deactivate();
        }
    }

    @Test
    void withoutAFolderTheProblemIsNamed() throws Exception {
        SemanticSearchComponent search = search(new SingleEndpoint(endpoint), "");
        try {
            search.bindEndpoint(endpoint);
            await(() -> !search.status().problem().isEmpty());
            assertTrue(fails(search, QUESTION, 1).getMessage().contains("set 'folder'"));
        } finally {
            search.deactivate();
        }
    }

    private static SearchException fails(SemanticSearchComponent search, String question, int k) {
        return assertThrows(SearchException.class, () -> search.search(question, k));
    }
}
