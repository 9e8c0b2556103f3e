package ai.tenon.cli.internal.demo;

/** And is there again. */
final class LoadStep implements Step {
    @Override
    public String name() {
        return "load it again";
    }

    @Override
    public void run(Scene scene) throws InterruptedException {
        scene.change(Scene.request("load"));
        scene.load.awaitAnswerFrom(label -> label.contains("@"), "a backend");
        scene.load.allowUnavailable(false);
    }
}
