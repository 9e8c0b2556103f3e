package ai.tenon.datasets.internal.detection;

import ai.tenon.datasets.internal.Answers;
import ai.tenon.datasets.internal.FractionMetric;
import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;

/**
 * Mean over the kinds of things in the pictures of their {@link AveragePrecision}, for models that
 * answer as FastestDet does. Boxes count from a score of 0.05 on. Needs the label {@code boxes},
 * see {@link CocoVoc}.
 */
@Component(service = Metric.class)
public final class Map50 implements FractionMetric {
    static final String NAME = "map50";
    private static final double LEAST_SCORE = 0.05;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public Accumulator start() {
        return new Accumulator() {
            private final Map<Integer, AveragePrecision> kinds = new TreeMap<>();

            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                Tensor answer = Answers.first(NAME, outputs, 4);
                List<Box> boxes = FastestDet.boxes(answer, LEAST_SCORE);
                List<Box> there = TrueBoxes.of(Answers.label(NAME, expected, "boxes"));
                for (int kind = 0; kind < answer.dim(1) - 5; kind++) {
                    kinds.computeIfAbsent(kind, k -> new AveragePrecision())
                            .add(ofKind(there, kind), ofKind(boxes, kind));
                }
            }

            @Override
            public double value() {
                return kinds.values().stream()
                        .filter(kind -> kind.things() > 0)
                        .mapToDouble(AveragePrecision::value)
                        .average()
                        .orElse(Double.NaN);
            }
        };
    }

    private static List<Box> ofKind(List<Box> boxes, int kind) {
        return boxes.stream().filter(box -> box.kind() == kind).toList();
    }
}
