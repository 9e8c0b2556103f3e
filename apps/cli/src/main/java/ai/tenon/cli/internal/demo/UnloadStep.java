package ai.tenon.cli.internal.demo;

/** The model is freed; its endpoint says so. */
final class UnloadStep implements Step {
    @Override
    public String name() {
        return "unload the model";
    }

    @Override
    public void run(Scene scene) throws InterruptedException {
        scene.load.allowUnavailable(true);
        scene.change(Scene.request("unload"));
        scene.load.awaitUnavailable();
    }
}
