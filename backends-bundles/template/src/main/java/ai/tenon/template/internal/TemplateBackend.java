package ai.tenon.template.internal;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendDescription.PartitionPolicy;
import ai.tenon.backend.BackendDescription.Trait;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.KnownSettings;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Runs a chain of element-wise operators on one FLOAT tensor: the smallest useful backend. */
@Component(immediate = true)
public final class TemplateBackend implements Backend {
    private static final String NAME = "template";

    private final BackendDescription description =
            BackendDescription.builder(NAME, "CPU (one thread, Java)")
                    .partitionPolicy(PartitionPolicy.WHOLE_GRAPH)
                    .settings(KnownSettings.NONE)
                    .trait(Trait.CANCEL)
                    .trait(Trait.PARALLEL_CONTEXTS)
                    .build();

    @Override
    public BackendDescription description() {
        return description;
    }

    @Override
    public SupportReport support(ModelSource source) throws BackendException {
        Graph graph = source.model().graph();
        Signature signature = Signature.of(source.model());
        if (signature.inputs().size() != 1 || signature.outputs().size() != 1) {
            return SupportReport.refused("one input and one output are needed");
        }
        if (signature.inputs().get(0).type() != DataType.FLOAT) {
            return SupportReport.refused("the input has to be FLOAT");
        }
        Map<Node, String> unsupported = new LinkedHashMap<>();
        Value expected = graph.requiredInputs().get(0);
        for (Node node : graph.nodes()) {
            if (!node.domain().isEmpty() || Unary.of(node.opType()) == null) {
                unsupported.put(node, "operator " + node.qualifiedType() + " is unknown here");
            } else if (node.input(0) != expected) {
                unsupported.put(node, "does not follow the node before it");
            }
            expected = node.output(0);
        }
        if (unsupported.isEmpty() && graph.outputs().get(0) != expected) {
            return SupportReport.refused("the output is not the end of the chain");
        }
        return new SupportReport(unsupported, "");
    }

    @Override
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        KnownSettings.NONE.require(NAME, source, options);
        SupportReport support = support(source);
        if (!support.isComplete()) {
            throw new BackendException(
                    ErrorClass.FALLBACK,
                    "model '" + source.name() + "': " + String.join("; ", support.reasons()));
        }
        List<Unary> chain = new ArrayList<>();
        for (Node node : source.model().graph().nodes()) {
            monitor.check();
            chain.add(Unary.of(node.opType()));
        }
        return new ChainExecutable(source.name(), Signature.of(source.model()), chain);
    }
}
