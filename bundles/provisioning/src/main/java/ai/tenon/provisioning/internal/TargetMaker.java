package ai.tenon.provisioning.internal;

import ai.tenon.management.BackendRef;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.management.ModelRepository;
import ai.tenon.management.Request;
import ai.tenon.model.ModelVersion;
import ai.tenon.model.Recipe;
import ai.tenon.store.BundleEntry;
import ai.tenon.store.DeploymentEntry;
import ai.tenon.store.Generation;
import ai.tenon.store.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Edits the current generation into the one that a request asks for, and fetches what it needs. */
final class TargetMaker {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern PID = Pattern.compile("[A-Za-z0-9._~-]{1,255}");
    private static final int DEFAULT_START_LEVEL = 10;
    private static final long MAX_BUNDLE_BYTES = 512L << 20;
    private static final long MAX_MODEL_BYTES = 2L << 30;

    private final GatewayState state;
    private final ModelRepository models;
    private final RecipePins recipes;

    TargetMaker(GatewayState state, ModelRepository models, RecipePins recipes) {
        this.state = state;
        this.models = models;
        this.recipes = recipes;
    }

    Generation make(Request request) throws ManagementException, IOException {
        if (request instanceof Request.Rollback rollback) {
            return older(rollback.generation());
        }
        Generation current = state.current();
        Generation.Builder target = current.edit();
        if (request instanceof Request.Deploy deploy) {
            target.deployment(deploy(deploy));
        } else if (request instanceof Request.Undeploy undeploy) {
            target.removeDeployment(deployment(undeploy.name()).name());
        } else if (request instanceof Request.Load load) {
            DeploymentEntry d = deployment(load.name());
            target.deployment(with(d, d.pin(), true));
        } else if (request instanceof Request.Unload unload) {
            DeploymentEntry d = deployment(unload.name());
            target.deployment(with(d, d.pin(), false));
        } else if (request instanceof Request.Swap swap) {
            DeploymentEntry d = deployment(swap.name());
            target.deployment(with(d, pin(swap.backend()), d.loaded()));
        } else if (request instanceof Request.Install install) {
            target.bundle(fetch(install.bundle(), install.sha256()));
        } else if (request instanceof Request.Update update) {
            BundleEntry arriving = fetch(update.bundle(), update.sha256());
            target.remove(onlyOne(arriving.name())).bundle(arriving);
        } else if (request instanceof Request.Uninstall uninstall) {
            target.remove(removable(uninstall.symbolicName(), uninstall.version()));
        } else if (request instanceof Request.Configure configure) {
            target.configuration(pid(configure.pid()), values(configure.values()));
        }
        return target.after(
                        current,
                        state.generations().nextNumber(),
                        System.currentTimeMillis(),
                        request.kind() + " " + request.subject())
                .build();
    }

    private Generation older(long number) throws ManagementException, IOException {
        Generation current = state.current();
        if (number == 0 && current.parent().isEmpty()) {
            throw new ManagementException(
                    Kind.NOT_FOUND, "there is no generation before the first");
        }
        if (number == 0) {
            return state.generations().read(current.parent());
        }
        return state.generations().list().stream()
                .filter(g -> g.number() == number)
                .findFirst()
                .orElseThrow(
                        () ->
                                new ManagementException(
                                        Kind.NOT_FOUND,
                                        "there is no generation "
                                                + number
                                                + "; the list of generations shows which there are"));
    }

    private DeploymentEntry deploy(Request.Deploy request) throws ManagementException, IOException {
        if (!NAME.matcher(request.name()).matches()) {
            throw new ManagementException(
                    Kind.INVALID,
                    "'"
                            + request.name()
                            + "' is no name: use 1 to 64 of A-Za-z0-9._-, a letter or digit first");
        }
        Recipe recipe = recipes.pin(request.recipe(), state.current());
        ModelVersion model = model(request.model(), request.sha256());
        return new DeploymentEntry(
                request.name(),
                model.sha256(),
                model.fileName(),
                pin(request.backend()),
                true,
                recipe.passes(),
                recipe.scheme(),
                recipe.options(),
                request.settings());
    }

    private ModelVersion model(URI uri, String sha256) throws ManagementException, IOException {
        Path file;
        if (Fetcher.isRemote(uri)) {
            String path = uri.getPath();
            String name = path.substring(path.lastIndexOf('/') + 1);
            file = state.incoming().resolve(NAME.matcher(name).matches() ? name : "model.onnx");
            try (InputStream in = Fetcher.open(uri, sha256)) {
                copy(in, file, MAX_MODEL_BYTES);
            }
            requireHash(uri, sha256, Sha256.of(file));
        } else {
            file = Fetcher.file(uri);
        }
        ModelVersion model = models.add(file);
        if (!sha256.isEmpty()) {
            requireHash(uri, sha256, Sha256.of(model.file()));
        }
        return model;
    }

    private static void copy(InputStream in, Path file, long maxBytes)
            throws IOException, ManagementException {
        try (var out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            long total = 0;
            for (int n; (n = in.read(buffer)) >= 0; ) {
                total += n;
                if (total > maxBytes) {
                    throw new ManagementException(
                            Kind.REFUSED, "a model file of more than " + maxBytes + " bytes");
                }
                out.write(buffer, 0, n);
            }
        }
    }

    private BundleEntry fetch(URI uri, String sha256) throws ManagementException, IOException {
        String hash;
        try (InputStream in = Fetcher.open(uri, sha256)) {
            hash = state.bundles().add(in, MAX_BUNDLE_BYTES);
        }
        if (!sha256.isEmpty()) {
            requireHash(uri, sha256, hash);
        }
        BundleFile file = BundleFile.read(state.bundles().path(hash), uri.toString());
        BundleEntry arriving =
                new BundleEntry(file.name(), file.version(), hash, startLevel(file.name()));
        for (BundleEntry present : state.current().bundles(file.name())) {
            if (present.version().equals(file.version()) && !present.sha256().equals(hash)) {
                throw new ManagementException(
                        Kind.CONFLICT,
                        present.identity()
                                + " is installed with other content; give the new one another"
                                + " version, or uninstall the old one first");
            }
        }
        return arriving;
    }

    /** Of the bundle's other versions, so that a newer one comes up when they did. */
    private int startLevel(String name) {
        List<BundleEntry> present = state.current().bundles(name);
        return present.isEmpty() ? DEFAULT_START_LEVEL : present.get(0).startLevel();
    }

    private static void requireHash(URI uri, String wanted, String found)
            throws ManagementException {
        if (!wanted.equalsIgnoreCase(found)) {
            throw new ManagementException(
                    Kind.REFUSED, uri + " has the sha256 " + found + ", not " + wanted);
        }
    }

    private BundleEntry onlyOne(String name) throws ManagementException {
        return installed(name, "");
    }

    private BundleEntry removable(String name, String version) throws ManagementException {
        BundleEntry found = installed(name, version);
        if (RestartRule.isHouse(name) && state.current().bundles(name).size() == 1) {
            throw new ManagementException(
                    Kind.REFUSED,
                    name + " is a part of every gateway: it can be updated, not uninstalled");
        }
        return found;
    }

    private BundleEntry installed(String name, String version) throws ManagementException {
        List<BundleEntry> found =
                state.current().bundles(name).stream()
                        .filter(b -> version.isEmpty() || b.version().equals(version))
                        .toList();
        if (found.isEmpty()) {
            throw new ManagementException(
                    Kind.NOT_FOUND,
                    "no bundle "
                            + (name + " " + version).strip()
                            + " is installed; the list of bundles shows which are");
        }
        if (found.size() > 1) {
            throw new ManagementException(
                    Kind.CONFLICT,
                    "several versions of "
                            + name
                            + " are installed ("
                            + String.join(", ", found.stream().map(BundleEntry::version).toList())
                            + "); uninstall one of them by its version");
        }
        return found.get(0);
    }

    private DeploymentEntry deployment(String name) throws ManagementException {
        DeploymentEntry found = state.current().deployments().get(name);
        if (found == null) {
            throw new ManagementException(
                    Kind.NOT_FOUND,
                    "there is no endpoint "
                            + name
                            + "; there are "
                            + state.current().deployments().keySet());
        }
        return found;
    }

    private static DeploymentEntry with(DeploymentEntry d, String pin, boolean loaded) {
        return new DeploymentEntry(
                d.name(),
                d.model(),
                d.fileName(),
                pin,
                loaded,
                d.passes(),
                d.scheme(),
                d.options(),
                d.settings());
    }

    private static String pin(String backend) throws ManagementException {
        try {
            return backend.isEmpty() ? "" : BackendRef.parse(backend).toString();
        } catch (IllegalArgumentException e) {
            throw new ManagementException(Kind.INVALID, e.getMessage(), e);
        }
    }

    private static String pid(String pid) throws ManagementException {
        if (!PID.matcher(pid).matches()) {
            throw new ManagementException(Kind.INVALID, "'" + pid + "' is no PID");
        }
        return pid;
    }

    private static Map<String, Object> values(Map<String, String> texts) {
        Map<String, Object> values = new TreeMap<>();
        texts.forEach(
                (key, text) -> {
                    if (key.endsWith("[]")) {
                        values.put(
                                key.substring(0, key.length() - 2),
                                Arrays.stream(text.split(","))
                                        .map(String::strip)
                                        .filter(s -> !s.isEmpty())
                                        .toList());
                    } else {
                        values.put(key, text);
                    }
                });
        return values;
    }
}
