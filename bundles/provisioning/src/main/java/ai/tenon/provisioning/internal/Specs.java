package ai.tenon.provisioning.internal;

import ai.tenon.management.BackendRef;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.management.ModelRepository;
import ai.tenon.model.ModelVersion;
import ai.tenon.model.Recipe;
import ai.tenon.store.DeploymentEntry;
import ai.tenon.store.Generation;
import java.util.ArrayList;
import java.util.List;

/** Between deployments as a generation keeps them and as the core takes them. */
final class Specs {
    private Specs() {}

    static List<DeploymentSpec> of(Generation generation, ModelRepository models)
            throws ManagementException {
        List<DeploymentSpec> specs = new ArrayList<>();
        for (DeploymentEntry d : generation.deployments().values()) {
            ModelVersion model =
                    models.find(d.model())
                            .orElseThrow(
                                    () ->
                                            new ManagementException(
                                                    Kind.FAILED,
                                                    "the model of "
                                                            + d.name()
                                                            + " ("
                                                            + d.fileName()
                                                            + ") is missing or damaged in the"
                                                            + " store; deploy it again"));
            specs.add(
                    new DeploymentSpec(
                            d.name(),
                            model,
                            new Recipe(d.passes(), d.scheme(), d.options()),
                            d.pin().isEmpty() ? null : BackendRef.parse(d.pin()),
                            d.loaded(),
                            d.settings()));
        }
        return specs;
    }
}
