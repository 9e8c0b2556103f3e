package ai.tenon.provisioning.agent;

import ai.tenon.event.Topics;
import ai.tenon.management.ManagementException;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.Operations;
import ai.tenon.management.Request;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.event.EventHandler;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The tests' hand inside a gateway: reads commands from standard input, a line each, and answers
 * each with a line on standard output. It can end its process with SIGKILL before a step of a
 * change.
 */
public final class Agent implements BundleActivator {
    private static final long SERVICE_MILLIS = 20_000;

    private BundleContext context;
    private volatile String killBefore = "";

    @Override
    public void start(BundleContext bundleContext) {
        context = bundleContext;
        EventHandler killer =
                event -> {
                    if (killBefore.equals(event.getProperty(Topics.STEP))) {
                        kill();
                    }
                };
        context.registerService(
                EventHandler.class,
                killer,
                new Hashtable<>(Map.of("event.topics", Topics.OPERATION_STEP)));
        Thread reader = new Thread(this::read, "agent");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public void stop(BundleContext bundleContext) {}

    private static void kill() {
        try {
            new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start();
            Thread.sleep(10_000);
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line; (line = in.readLine()) != null; ) {
                String answer;
                try {
                    answer = answer(line.split(" "));
                } catch (Exception e) {
                    answer = "ERROR " + e;
                }
                System.out.println("= " + answer.replace('\n', ' '));
                System.out.flush();
            }
        } catch (java.io.IOException e) {
            System.err.println("agent: " + e);
        }
    }

    private String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "ping" -> "pong";
            case "killat" -> {
                killBefore = words[1];
                yield "armed";
            }
            case "status" -> {
                var status = service(Operations.class).status();
                yield status.generation() + " " + status.ready();
            }
            case "bundles" ->
                    service(Operations.class).bundles().stream()
                            .map(
                                    b ->
                                            b.symbolicName()
                                                    + "@"
                                                    + b.version()
                                                    + "="
                                                    + b.state()
                                                    + (b.problem().isEmpty()
                                                            ? ""
                                                            : "(" + b.problem() + ")"))
                            .collect(Collectors.joining("|"));
            case "generations" ->
                    service(Operations.class).generations().stream()
                            .map(g -> g.number() + "=" + g.state())
                            .collect(Collectors.joining(" "));
            case "find" -> told(service(Operations.class).find(words[1]).orElseThrow().info());
            case "config" -> configuration(words[1]);
            case "recipe" ->
                    service(Operations.class).endpoints().stream()
                            .filter(endpoint -> endpoint.name().equals(words[1]))
                            .findFirst()
                            .orElseThrow()
                            .recipe();
            case "model" -> Serving.writeModel(context, Path.of(words[1]));
            case "infer" -> Serving.infer(context, words[1]);
            case "id" -> submit(words[1], request(words, 2));
            default -> submit(UUID.randomUUID().toString(), request(words, 0));
        };
    }

    private static Request request(String[] words, int at) {
        return switch (words[at]) {
            case "install" -> new Request.Install(URI.create(words[at + 1]), "");
            case "update" -> new Request.Update(URI.create(words[at + 1]), "");
            case "uninstall" -> new Request.Uninstall(words[at + 1], "");
            case "rollback" -> new Request.Rollback(Long.parseLong(words[at + 1]));
            case "configure" ->
                    new Request.Configure(words[at + 1], Map.of(words[at + 2], words[at + 3]));
            case "deploy" ->
                    new Request.Deploy(
                            words[at + 1], URI.create(words[at + 2]), "", null, "", null);
            case "unload" -> new Request.Unload(words[at + 1]);
            case "load" -> new Request.Load(words[at + 1]);
            default -> throw new IllegalArgumentException(words[at]);
        };
    }

    private String submit(String id, Request request)
            throws InterruptedException, ManagementException {
        return told(
                service(Operations.class)
                        .submit(id, "test", request)
                        .await(Duration.ofSeconds(30)));
    }

    private static String told(OperationInfo info) {
        return info.state() + " " + info.generation() + " " + info.message();
    }

    private String configuration(String pid) throws Exception {
        Configuration[] found =
                service(ConfigurationAdmin.class).listConfigurations("(service.pid=" + pid + ")");
        return found == null ? "none" : String.valueOf(found[0].getProperties().get("key"));
    }

    private <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        T service = tracker.waitForService(SERVICE_MILLIS);
        if (service == null) {
            throw new IllegalStateException("there is no service " + type.getName());
        }
        return service;
    }
}
