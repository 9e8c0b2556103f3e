package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.gateway.SearchClient;
import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An application on the same endpoint: a question in, the passages that answer it out. */
final class SearchStep implements Step {
    private static final String QUESTION = "What happens to requests while a backend is swapped?";
    private static final int PASSAGES = 3;
    private static final long INDEX_MILLIS = 120_000;
    private static final long POLL_MILLIS = 100;

    @Override
    public String name() {
        return "ask the search application";
    }

    @Override
    public void run(Scene scene) throws InterruptedException {
        ObjectNode configure =
                Json.object().put("kind", "configure").put("pid", "ai.tenon.semantic.search");
        configure
                .putObject("values")
                .put("folder", scene.material.resolve("text").toString())
                .put(
                        "tokenizer",
                        scene.material.resolve("all-minilm-l6-v2-tokenizer.json").toString())
                .put("endpoint", Scene.ENDPOINT);
        scene.change(configure);
        JsonNode best = indexed(scene).path("results").path(0);
        scene.question = QUESTION;
        scene.passage = best.path("file").asText() + ": " + best.path("passage").asText();
    }

    /** Asks until the folder has been indexed. */
    private static JsonNode indexed(Scene scene) throws InterruptedException {
        long end = System.currentTimeMillis() + INDEX_MILLIS;
        while (true) {
            try {
                JsonNode answer = new SearchClient(scene.gateway).search(QUESTION, PASSAGES);
                if (answer.path("results").isEmpty()) {
                    throw new Failure("the search application found nothing");
                }
                return answer;
            } catch (RuntimeException e) {
                if (System.currentTimeMillis() > end) {
                    throw e;
                }
                scene.tell(e.getMessage());
                Thread.sleep(POLL_MILLIS);
            }
        }
    }
}
