package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.terminal.Json;

/** Back to the generation before, and so to the bundle's first version. */
final class RollbackStep implements Step {
    @Override
    public String name() {
        return "roll back";
    }

    @Override
    public void run(Scene scene) throws InterruptedException {
        String updated = scene.load.backend();
        scene.change(Json.object().put("kind", "rollback").put("generation", 0));
        scene.load.awaitAnswerFrom(
                label -> label.startsWith("djl-onnxruntime@") && !label.equals(updated),
                "djl-onnxruntime in its first version");
    }
}
