package ai.tenon.semantic.search.internal;

import ai.tenon.semantic.search.SearchAnswer;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Passages and their embeddings; does not change.
 *
 * @param model hash of the model that embedded them
 * @param vectors of length 1, one per passage
 * @param millis how long making it took
 */
record Index(String model, List<Passage> passages, List<float[]> vectors, long millis) {
    Index {
        passages = List.copyOf(passages);
        vectors = List.copyOf(vectors);
    }

    /** Whether a question's vector can be compared with the passages'. */
    boolean accepts(float[] question) {
        return vectors.isEmpty() || vectors.get(0).length == question.length;
    }

    long files() {
        return passages.stream().map(Passage::file).distinct().count();
    }

    /** The {@code k} nearest passages by cosine, which is the dot product of such vectors. */
    List<SearchAnswer.Hit> nearest(float[] question, int k) {
        Comparator<Scored> byScore =
                Comparator.<Scored>comparingDouble(Scored::score)
                        .thenComparing(Comparator.comparingInt(Scored::passage).reversed());
        PriorityQueue<Scored> best = new PriorityQueue<>(byScore);
        for (int i = 0; i < vectors.size(); i++) {
            best.add(new Scored(dot(question, vectors.get(i)), i));
            if (best.size() > k) {
                best.remove();
            }
        }
        return best.stream()
                .sorted(byScore.reversed())
                .map(
                        scored -> {
                            Passage passage = passages.get(scored.passage);
                            return new SearchAnswer.Hit(
                                    scored.score, passage.file(), passage.text());
                        })
                .toList();
    }

    private record Scored(float score, int passage) {}

    private static float dot(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
