package ai.tenon.cli.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ElementsTest {
    @Test
    void showsHalfPrecision() {
        short[] bits = {0x3c00, (short) 0xc000, 0x0001, 0x7c00, 0x0000};
        ByteBuffer data = ByteBuffer.allocate(10).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (short value : bits) {
            data.putShort(value);
        }
        Object[] shown =
                Elements.of(Tensor.of(DataType.FLOAT16, new long[] {5}, data.flip())).toArray();
        assertArrayEquals(new Object[] {1f, -2f, 0x1p-24f, Float.POSITIVE_INFINITY, 0f}, shown);
    }
}
