package ai.tenon.bench.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void quantilesLieBetweenNeighbours() {
        Statistics statistics = new Statistics(new double[] {4, 1, 3, 2});
        assertEquals(1, statistics.min());
        assertEquals(2.5, statistics.median());
        assertEquals(1, statistics.quantile(0));
        assertEquals(3.7, statistics.quantile(0.9), 1e-12);
        assertEquals(4, statistics.quantile(1));
    }

    @Test
    void pairsAreCombinedRoundByRound() {
        Statistics ratios =
                Statistics.ofPairs(new double[] {2, 9, 8}, new double[] {1, 3, 4}, (a, b) -> a / b);
        assertEquals(2, ratios.median());
        assertEquals(3, ratios.quantile(1));
    }

    @Test
    void nothingHasNoStatistics() {
        assertThrows(IllegalArgumentException.class, () -> new Statistics(new double[0]));
    }
}
