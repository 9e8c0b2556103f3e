package ai.tenon.datasets.internal.detection;

import ai.tenon.datasets.internal.Answers;
import ai.tenon.datasets.internal.FractionMetric;
import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * How far the boxes are those of the model before: twice the pairs of one kind that overlap by at
 * least a half, over the boxes of both (the F1 score). Only boxes that one would show count, those
 * with a score above 0.3. Needs the label {@code boxes}, see {@link CocoVoc}.
 */
@Component(service = Metric.class)
public final class BoxAgreement implements FractionMetric {
    private static final double LEAST_SCORE = 0.3;
    private static final double SAME = 0.5;

    @Override
    public String name() {
        return "box-agreement";
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public Accumulator start() {
        return new Accumulator() {
            private int samples;
            private int pairs;
            private int boxes;

            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                // only to tell that these are pictures with things, and no other maps
                Answers.label(name(), expected, "boxes");
                samples++;
                List<Box> now = FastestDet.boxes(Answers.first(name(), outputs, 4), LEAST_SCORE);
                List<Box> before =
                        FastestDet.boxes(
                                Answers.reference(name(), outputs, expected, 4), LEAST_SCORE);
                boxes += now.size() + before.size();
                pairs += pairs(now, before);
            }

            @Override
            public double value() {
                return samples > 0 && boxes == 0 ? 1 : 2.0 * pairs / boxes;
            }
        };
    }

    private static int pairs(List<Box> now, List<Box> before) {
        List<Box> free = new ArrayList<>(before);
        int pairs = 0;
        for (Box box : now) {
            for (Box other : free) {
                if (other.kind() == box.kind() && other.overlap(box) >= SAME) {
                    free.remove(other);
                    pairs++;
                    break;
                }
            }
        }
        return pairs;
    }
}
