package ai.tenon.cli.internal.demo;

/** Another backend answers. */
final class SwapStep implements Step {
    private final String backend;

    SwapStep(String backend) {
        this.backend = backend;
    }

    @Override
    public String name() {
        return "swap to " + backend;
    }

    @Override
    public void run(Scene scene) throws InterruptedException {
        scene.swap(backend);
        scene.load.awaitAnswerFrom(label -> label.startsWith(backend + "@"), backend);
    }
}
