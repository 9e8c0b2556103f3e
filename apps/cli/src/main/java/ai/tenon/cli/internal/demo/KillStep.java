package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.terminal.Failure;

/** The gateway's process is killed without a warning, and comes back as it was. */
final class KillStep implements Step {
    @Override
    public String name() {
        return "kill -9 and start again";
    }

    @Override
    public void run(Scene scene) throws InterruptedException {
        String before = scene.load.backend();
        long generation = generation(scene);
        scene.load.pause();
        scene.process.kill();
        scene.start();
        scene.load.resume();
        scene.load.awaitAnswerFrom(before::equals, before);
        if (generation(scene) != generation) {
            throw new Failure("the gateway came back in another generation");
        }
    }

    private static long generation(Scene scene) throws InterruptedException {
        return scene.gateway.list("status").path("generation").asLong();
    }
}
