package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.terminal.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.osgi.framework.Constants;

/** The second version of the bundle whose backend answers takes its place. */
final class UpdateStep implements Step {
    @Override
    public String name() {
        return "update the backend's bundle";
    }

    @Override
    public void run(Scene scene) throws InterruptedException, IOException {
        Path bundle = scene.file("djl-onnxruntime", ".jar");
        scene.change(Json.object().put("kind", "update").put("bundle", bundle.toUri().toString()));
        String expected = "djl-onnxruntime@" + version(bundle);
        scene.load.awaitAnswerFrom(expected::equals, expected);
    }

    private static String version(Path bundle) throws IOException {
        try (JarFile jar = new JarFile(bundle.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Constants.BUNDLE_VERSION);
        }
    }
}
