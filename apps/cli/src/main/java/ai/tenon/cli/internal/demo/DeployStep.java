package ai.tenon.cli.internal.demo;

import java.io.IOException;

/** A real model; from here on it is asked all the time. */
final class DeployStep implements Step {
    @Override
    public String name() {
        return "deploy all-MiniLM-L6-v2";
    }

    @Override
    public void run(Scene scene) throws InterruptedException, IOException {
        String model = scene.file("all-minilm", ".onnx").toUri().toString();
        scene.change(Scene.request("deploy").put("model", model));
        scene.load.start();
        scene.load.awaitAnswerFrom(backend -> !backend.isEmpty(), "any backend");
    }
}
