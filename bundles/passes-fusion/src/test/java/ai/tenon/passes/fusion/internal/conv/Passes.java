package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import java.util.List;
import java.util.Map;

/** The passes of this package as the optimiser runs them. */
final class Passes {
    private static final List<GraphPass> FOLDING =
            List.of(
                    new ConvBatchNormalization(),
                    new ConvChain(),
                    new HardSwish(),
                    new ConstantChain(),
                    new InputFolding(),
                    new LayerScale(),
                    new MatMulAdd(),
                    new MatMulBatchNormalization(),
                    new MatMulChain(),
                    new PadFolding(),
                    new ParallelConvs());

    private static final List<GraphPass> FUSION =
            List.of(new ConvActivation(), new GemmActivation());

    private Passes() {}

    /** Runs all until none finds anything, stage by stage; the number of changes. */
    static int applyAll(Model model) {
        return applyAll(FOLDING, model) + applyAll(FUSION, model);
    }

    private static int applyAll(List<GraphPass> passes, Model model) {
        int sum = 0;
        int changes;
        do {
            changes = passes.stream().mapToInt(pass -> pass.apply(model, Map.of()).changes()).sum();
            sum += changes;
        } while (changes > 0);
        return sum;
    }
}
