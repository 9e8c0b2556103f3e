package ai.tenon.cli.internal.demo;

/** A gateway in a process of its own, on loopback and a free port. */
final class StartStep implements Step {
    @Override
    public String name() {
        return "start a gateway";
    }

    @Override
    public void run(Scene scene) throws InterruptedException {
        scene.start();
    }
}
