package ai.tenon.reference.internal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErfTest {
    /** Abramowitz and Stegun, table 7.1, and both sides of the seam between the two formulas. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.5, 0.5204998778130465",
        "1, 0.8427007929497149",
        "1.5, 0.9661051464753107",
        "2, 0.9953222650189527",
        "2.5, 0.9995930479825550",
        "3, 0.9999779095030014",
        "7, 1"
    })
    void knownValues(double x, double expected) {
        assertEquals(expected, Erf.of(x), 1e-14);
        assertEquals(-expected, Erf.of(-x), 1e-14);
    }

    @Test
    void theTwoFormulasMeet() {
        assertEquals(Erf.of(Math.nextDown(2.2)), Erf.of(2.2), 1e-14);
    }
}
