package ai.tenon.provisioning.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A distribution with the real core, ONNX files, the reference backend, a quantizer and the agent.
 */
final class TestDistribution {
    private static final List<String> BUNDLES =
            List.of(
                    "logging-0",
                    "org.osgi.util.function-",
                    "org.osgi.util.promise-",
                    "org.osgi.service.component-1",
                    "org.apache.felix.configadmin-",
                    "org.apache.felix.eventadmin-",
                    "org.apache.felix.scr-",
                    "graph-0",
                    "api-0",
                    "store-0",
                    "provisioning-0",
                    "core-0",
                    "repository-0",
                    "onnx-0",
                    "reference-0",
                    "evaluation-0",
                    "quantizer-int8-0");
    private static final String LEVELS =
            """
            mode=gateway
            startlevel.default=1
            startlevel.ai.tenon.graph=3
            startlevel.ai.tenon.api=3
            startlevel.ai.tenon.store=3
            startlevel.ai.tenon.provisioning=4
            startlevel.ai.tenon.core=5
            startlevel.ai.tenon.repository=5
            startlevel.ai.tenon.onnx=5
            startlevel.ai.tenon.evaluation=5
            startlevel.ai.tenon.quantizer.int8=5
            startlevel.ai.tenon.reference=8
            startlevel.test.agent=10
            startlevel.test.app=10
            config.ai.tenon.core/backends[]=reference
            config.test.shipped/key=shipped
            """;

    final Path folder;

    TestDistribution(Path folder) throws IOException {
        this.folder = folder;
        List<Path> jars = new ArrayList<>();
        for (String name : BUNDLES) {
            jars.add(Jars.found(name));
        }
        jars.add(Jars.agent(folder.resolve("made")));
        jars.add(Jars.bundle(folder.resolve("made"), "test.app", "1.0.0"));
        for (Path jar : jars) {
            add(jar);
        }
        configure("");
    }

    void add(Path jar) throws IOException {
        Path bundles = Files.createDirectories(folder.resolve("bundles"));
        Files.copy(jar, bundles.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }

    void remove(String jar) throws IOException {
        Files.delete(folder.resolve("bundles").resolve(jar));
    }

    void configure(String more) throws IOException {
        Files.writeString(folder.resolve("profile.properties"), LEVELS + more);
    }
}
