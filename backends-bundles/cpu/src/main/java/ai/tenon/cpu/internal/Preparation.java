package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.opset.OpsetRaise;
import ai.tenon.optimize.GraphPass;
import ai.tenon.passes.cleanup.internal.CastRemoval;
import ai.tenon.passes.cleanup.internal.CommonSubexpressions;
import ai.tenon.passes.cleanup.internal.ConstantBranches;
import ai.tenon.passes.cleanup.internal.DeadCode;
import ai.tenon.passes.cleanup.internal.DropoutRemoval;
import ai.tenon.passes.cleanup.internal.FixedInitializers;
import ai.tenon.passes.cleanup.internal.IdentityElimination;
import ai.tenon.passes.cleanup.internal.ReshapeChains;
import ai.tenon.passes.cleanup.internal.ShapeFolding;
import ai.tenon.passes.fusion.internal.conv.ConvBatchNormalization;
import ai.tenon.passes.fusion.internal.conv.HardSwish;
import ai.tenon.passes.fusion.internal.conv.LayerScale;
import ai.tenon.passes.fusion.internal.conv.MatMulBatchNormalization;
import ai.tenon.passes.fusion.internal.conv.PadFolding;
import ai.tenon.passes.fusion.internal.conv.ParallelConvs;
import ai.tenon.passes.fusion.internal.transformer.AttentionFusion;
import ai.tenon.passes.fusion.internal.transformer.GeluFusion;
import ai.tenon.passes.fusion.internal.transformer.LayerNormFusion;
import ai.tenon.passes.fusion.internal.transformer.RmsNormFusion;
import ai.tenon.passes.fusion.internal.transformer.RotaryFusion;
import ai.tenon.passes.fusion.internal.transformer.SkipNormFusion;
import java.util.List;

/**
 * Brings a model, whatever the shapes of its inputs, into the form that is lowered: the newest
 * operator set, nothing superfluous, operators merged.
 */
final class Preparation {
    private static final List<GraphPass> CLEANUP =
            List.of(
                    new FixedInitializers(),
                    new DropoutRemoval(),
                    new ShapeFolding(),
                    new ConstantBranches(),
                    new CastRemoval(),
                    new IdentityElimination(),
                    new ReshapeChains(),
                    new CommonSubexpressions(),
                    new DeadCode());

    private static final List<GraphPass> FOLDING =
            List.of(
                    new PadFolding(),
                    new ConvBatchNormalization(),
                    new MatMulBatchNormalization(),
                    new ParallelConvs(),
                    new LayerScale(),
                    new HardSwish());

    private static final List<GraphPass> FUSION =
            List.of(
                    new GeluFusion(),
                    new LayerNormFusion(),
                    new RmsNormFusion(),
                    new RotaryFusion(),
                    new AttentionFusion(),
                    new SkipNormFusion());

    private Preparation() {}

    /**
     * A copy of a model in the newest operator set.
     *
     * @throws BackendException of class FALLBACK if its operators are of a set that is not known
     */
    static Model raised(Model model) throws BackendException {
        try {
            return OpsetRaise.raised(model, OpsetRaise.NEWEST);
        } catch (IllegalArgumentException e) {
            throw new BackendException(
                    ErrorClass.FALLBACK,
                    "the operators of graph '"
                            + graphName(model)
                            + "' cannot be brought to operator set "
                            + OpsetRaise.NEWEST
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Does the rest. Operators that this puts in are such as the backend has.
     *
     * @param copy of the newest operator set; changed
     */
    static void finish(Model copy, CompileMonitor monitor) throws BackendException {
        FixedConstants.apply(copy);
        Rounds rounds = new Rounds(copy, monitor);
        for (List<GraphPass> stage : List.of(CLEANUP, FOLDING, CLEANUP, FUSION, CLEANUP)) {
            rounds.run(stage);
        }
    }

    private static String graphName(Model model) {
        Graph graph = model.graph();
        return graph.name();
    }
}
