package ai.tenon.datasets.internal.ocr;

import ai.tenon.datasets.internal.Answers;
import ai.tenon.datasets.internal.FractionMetric;
import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.osgi.service.component.annotations.Component;

/**
 * Characters to insert, delete or replace until all texts are right, over the characters of the
 * right texts. The model's answer is FLOAT [1, steps, classes], read by greedy CTC decoding: the
 * best class of each step, of equal neighbours one, without the blank (class 0). Spaces (the last
 * class) do not count. Needs the label {@code text}, see {@link OcrLines}.
 */
@Component(service = Metric.class)
public final class CharacterErrorRate implements FractionMetric {
    static final String NAME = "cer";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public Accumulator start() {
        return new Accumulator() {
            private long edits;
            private long characters;

            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                List<Long> read = read(Answers.first(NAME, outputs, 3));
                List<Long> text =
                        LongStream.of(Answers.label(NAME, expected, "text").toLongs())
                                .boxed()
                                .toList();
                edits += edits(read, text);
                characters += text.size();
            }

            @Override
            public double value() {
                return (double) edits / characters;
            }
        };
    }

    private static List<Long> read(Tensor answer) {
        List<Long> text = new ArrayList<>();
        int space = (int) answer.dim(2) - 1;
        int last = 0;
        for (int step = 0; step < answer.dim(1); step++) {
            int best = best(answer, step);
            if (best != 0 && best != space && best != last) {
                text.add((long) best);
            }
            last = best;
        }
        return text;
    }

    private static int best(Tensor answer, int step) {
        int classes = (int) answer.dim(2);
        ByteBuffer values = answer.buffer();
        int row = step * classes * Float.BYTES;
        int best = 0;
        for (int i = 1; i < classes; i++) {
            if (values.getFloat(row + i * Float.BYTES)
                    > values.getFloat(row + best * Float.BYTES)) {
                best = i;
            }
        }
        return best;
    }

    /** Levenshtein's distance. */
    static int edits(List<Long> from, List<Long> to) {
        int[] row = new int[to.size() + 1];
        for (int i = 0; i <= to.size(); i++) {
            row[i] = i;
        }
        for (int i = 1; i <= from.size(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.size(); j++) {
                int replaced = diagonal + (from.get(i - 1).equals(to.get(j - 1)) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.size()];
    }
}
