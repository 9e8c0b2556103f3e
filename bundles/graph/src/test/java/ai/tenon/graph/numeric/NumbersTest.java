package ai.tenon.graph.numeric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NumbersTest {
    @ParameterizedTest
    @EnumSource(SmallFloat.class)
    void everyCodeSurvivesDecodingAndEncoding(SmallFloat format) {
        int bits = DataType.valueOf(format.name()).bits();
        for (int code = 0; code < 1 << bits; code++) {
            double value = format.decode(code);
            int back = format.encode(value, false);
            if (Double.isNaN(value)) {
                assertTrue(Double.isNaN(format.decode(back)));
            } else {
                assertEquals(code, back, format + " of " + value);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SmallFloat.class)
    void encodingChoosesTheNearestAndTheEvenOfTwo(SmallFloat format) {
        for (int code = 0; code < 20 && !Double.isNaN(format.decode(code + 1)); code++) {
            if (code + 1 >= 1 << DataType.valueOf(format.name()).bits() - 1) {
                break;
            }
            double low = format.decode(code);
            double high = format.decode(code + 1);
            assertEquals(code, format.encode(low + (high - low) * 0.49, true));
            assertEquals(code + 1, format.encode(low + (high - low) * 0.51, true));
            assertEquals(code + (code & 1), format.encode((low + high) / 2, true));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"UINT2", "INT2", "UINT4", "INT4", "UINT8", "INT8", "UINT16", "INT16", "INT32"})
    void integersWrapAroundAndAreReadWithTheirSign(DataType type) {
        long highest = Numbers.highest(type);
        Tensor tensor = Numbers.of(type, new long[] {0, 1, highest, highest + 1, -1}, 5);
        long lowest = Numbers.signed(type) ? -highest - 1 : 0;
        assertArrayEquals(
                new long[] {0, 1, highest, lowest, Numbers.signed(type) ? -1 : highest},
                Numbers.longs(tensor));
    }

    @Test
    void halfOverflowsToInfinityUnlessItSaturates() {
        assertEquals(0x7c00, SmallFloat.FLOAT16.encode(65520, false));
        assertEquals(0x7bff, SmallFloat.FLOAT16.encode(65519, false));
        assertEquals(0x7e, SmallFloat.FLOAT8E4M3FN.encode(1e9, true));
        assertEquals(0x7f, SmallFloat.FLOAT8E4M3FN.encode(1e9, false));
    }

    @Test
    void unsignedLongsBecomePositiveDoubles() {
        Tensor tensor = Numbers.ofCodes(DataType.UINT64, new long[] {-1, 5}, 2);
        assertArrayEquals(new double[] {0x1p64, 5}, Numbers.doubles(tensor));
        assertArrayEquals(
                new long[] {Long.MIN_VALUE, 5},
                Numbers.codes(Numbers.of(DataType.UINT64, new double[] {0x1p63, 5}, 2)));
    }
}
