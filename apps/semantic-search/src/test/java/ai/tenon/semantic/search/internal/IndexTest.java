package ai.tenon.semantic.search.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.semantic.search.SearchAnswer;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexTest {
    private final Index index =
            new Index(
                    "sha",
                    List.of(
                            new Passage("a", "east"),
                            new Passage("a", "north"),
                            new Passage("b", "west"),
                            new Passage("b", "north-east")),
                    List.of(
                            new float[] {1, 0},
                            new float[] {0, 1},
                            new float[] {-1, 0},
                            new float[] {0.6f, 0.8f}),
                    0);

    @Test
    void nearestComeFirst() {
        List<SearchAnswer.Hit> hits = index.nearest(new float[] {0.8f, 0.6f}, 3);
        assertEquals(
                List.of("north-east", "east", "north"),
                hits.stream().map(SearchAnswer.Hit::passage).toList());
        assertEquals(0.96f, hits.get(0).score(), 1e-6f);
        assertEquals("b", hits.get(0).file());
    }

    @Test
    void ofEqualOnesTheFirstInTheFolderWins() {
        Index twins =
                new Index(
                        "sha",
                        List.of(new Passage("a", "first"), new Passage("b", "second")),
                        List.of(new float[] {1, 0}, new float[] {1, 0}),
                        0);
        assertEquals("first", twins.nearest(new float[] {1, 0}, 1).get(0).passage());
    }

    @Test
    void askingForMoreThanThereIsGivesAll() {
        assertEquals(4, index.nearest(new float[] {1, 0}, 50).size());
    }

    @Test
    void vectorsOfAnotherModelAreNotCompared() {
        assertTrue(index.accepts(new float[2]));
        assertFalse(index.accepts(new float[3]));
        assertEquals(2, index.files());
    }
}
