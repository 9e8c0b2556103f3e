package ai.tenon.management;

import ai.tenon.model.Recipe;
import java.net.URI;
import java.util.Map;
import java.util.Objects;

/** What can be asked to be changed. Field names are those of the JSON and MQTT forms. */
public sealed interface Request {
    /** The requests by the word that names them on every way in. */
    Map<String, Class<? extends Request>> KINDS =
            Map.of(
                    "deploy", Deploy.class,
                    "undeploy", Undeploy.class,
                    "load", Load.class,
                    "unload", Unload.class,
                    "swap", Swap.class,
                    "install", Install.class,
                    "update", Update.class,
                    "uninstall", Uninstall.class,
                    "rollback", Rollback.class,
                    "configure", Configure.class);

    /** The word that names this request. */
    default String kind() {
        return getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    /** What it is about, for people and the audit log. */
    String subject();

    /**
     * Serves a model under a name, or another model under a name that exists.
     *
     * @param model {@code file:} or {@code http(s):}; the latter need {@code sha256}
     * @param sha256 of the file; empty if it need not be checked
     * @param recipe null for the profile's default, {@link Recipe#NONE} for the model as it is
     * @param backend {@code name[@version]} to pin; empty for the profile's preference
     * @param settings as in {@link DeploymentSpec}; null for none
     */
    record Deploy(
            String name,
            URI model,
            String sha256,
            Recipe recipe,
            String backend,
            Map<String, String> settings)
            implements Request {
        public Deploy {
            name = required(name, "name");
            Objects.requireNonNull(model, "deploy needs a model");
            sha256 = orEmpty(sha256);
            backend = orEmpty(backend);
            settings = settings == null ? Map.of() : Map.copyOf(settings);
        }

        @Override
        public String subject() {
            return name;
        }
    }

    /** Removes an endpoint. */
    record Undeploy(String name) implements Request {
        public Undeploy {
            name = required(name, "name");
        }

        @Override
        public String subject() {
            return name;
        }
    }

    /** Lets an unloaded endpoint serve again. */
    record Load(String name) implements Request {
        public Load {
            name = required(name, "name");
        }

        @Override
        public String subject() {
            return name;
        }
    }

    /** Frees what an endpoint takes; it stays and answers "unavailable". */
    record Unload(String name) implements Request {
        public Unload {
            name = required(name, "name");
        }

        @Override
        public String subject() {
            return name;
        }
    }

    /**
     * Pins an endpoint to a backend, or unpins it.
     *
     * @param backend {@code name[@version]}; empty to let the profile's preference decide again
     */
    record Swap(String name, String backend) implements Request {
        public Swap {
            name = required(name, "name");
            backend = orEmpty(backend);
        }

        @Override
        public String subject() {
            return name + (backend.isEmpty() ? " to auto" : " to " + backend);
        }
    }

    /**
     * Installs a bundle beside what is there.
     *
     * @param bundle {@code file:} or {@code http(s):}; the latter need {@code sha256}
     * @param sha256 of the file; empty if it need not be checked
     */
    record Install(URI bundle, String sha256) implements Request {
        public Install {
            Objects.requireNonNull(bundle, "install needs a bundle");
            sha256 = orEmpty(sha256);
        }

        @Override
        public String subject() {
            return fileName(bundle);
        }
    }

    /**
     * Puts a bundle in place of the one with the same symbolic name; parameters as {@link Install}.
     */
    record Update(URI bundle, String sha256) implements Request {
        public Update {
            Objects.requireNonNull(bundle, "update needs a bundle");
            sha256 = orEmpty(sha256);
        }

        @Override
        public String subject() {
            return fileName(bundle);
        }
    }

    /**
     * Removes a bundle.
     *
     * @param version empty if there is only one
     */
    record Uninstall(String symbolicName, String version) implements Request {
        public Uninstall {
            symbolicName = required(symbolicName, "symbolicName");
            version = orEmpty(version);
        }

        @Override
        public String subject() {
            return symbolicName + (version.isEmpty() ? "" : " " + version);
        }
    }

    /**
     * Goes back to an older generation.
     *
     * @param generation its number; 0 for the one before the current
     */
    record Rollback(long generation) implements Request {
        @Override
        public String subject() {
            return generation == 0 ? "to the generation before" : "to generation " + generation;
        }
    }

    /**
     * Replaces the configuration of a component.
     *
     * @param values lists are written comma-separated under a name that ends in {@code []}; null or
     *     empty to remove it
     */
    record Configure(String pid, Map<String, String> values) implements Request {
        public Configure {
            pid = required(pid, "pid");
            values = values == null ? Map.of() : Map.copyOf(values);
        }

        @Override
        public String subject() {
            return pid;
        }
    }

    private static String required(String value, String field) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("the request needs '" + field + "'");
        }
        return value;
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }

    private static String fileName(URI uri) {
        String path = String.valueOf(uri.getPath());
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
