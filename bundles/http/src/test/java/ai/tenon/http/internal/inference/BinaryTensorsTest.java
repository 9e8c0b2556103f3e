package ai.tenon.http.internal.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.http.internal.web.HttpError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors as binary data, both ways. */
class BinaryTensorsTest {
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {
                "BOOL",
                "UINT8",
                "UINT16",
                "UINT32",
                "UINT64",
                "INT8",
                "INT16",
                "INT32",
                "INT64",
                "FLOAT16",
                "FLOAT",
                "DOUBLE",
                "BFLOAT16"
            })
    void roundTrip(DataType type) throws Exception {
        byte[] data = new byte[3 * type.bits() / 8];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (type == DataType.BOOL ? i % 2 : 37 * i - 11);
        }
        Tensor tensor = Requests.input(type, "[3,1]", data);
        assertEquals(type, tensor.type());
        assertArrayEquals(new long[] {3, 1}, tensor.shape());
        assertEquals(ByteBuffer.wrap(data), BinaryTensors.bytes(tensor));
        for (byte[] wrong : new byte[][] {new byte[0], new byte[data.length + 1]}) {
            assertThrows(HttpError.class, () -> Requests.input(type, "[3,1]", wrong));
        }
    }

    @Test
    void strings() throws Exception {
        byte[] data = {1, 0, 0, 0, 'x', 0, 0, 0, 0, 2, 0, 0, 0, (byte) 0xC3, (byte) 0xBC};
        Tensor tensor = Requests.input(DataType.STRING, "[3]", data);
        assertArrayEquals(new String[] {"x", "", "ü"}, tensor.strings());
        assertEquals(ByteBuffer.wrap(data), BinaryTensors.bytes(tensor));
    }

    @Test
    void stringsThatDoNotAddUpAreRefused() {
        byte[][] hostile = {
            {},
            {1, 0, 0},
            {5, 0, 0, 0, 'x'},
            {-1, -1, -1, -1, 'x'},
            {0, 0, 0, -128},
            {1, 0, 0, 0, 'x', 'y'},
            {1, 0, 0, 0, (byte) 0xFF}
        };
        for (byte[] data : hostile) {
            assertEquals(
                    400,
                    assertThrows(
                                    HttpError.class,
                                    () -> Requests.input(DataType.STRING, "[1]", data))
                            .status());
        }
        assertThrows(
                HttpError.class, () -> Requests.input(DataType.STRING, "[100000]", new byte[8]));
    }

    @Test
    void booleansAreZeroOrOne() {
        assertThrows(
                HttpError.class, () -> Requests.input(DataType.BOOL, "[2]", new byte[] {1, 2}));
    }

    @Test
    void dataIsNotCopiedButWhereElementsCannotLie() throws Exception {
        String json =
                "{'inputs':["
                        + "{'name':'a','shape':[3],'datatype':'UINT8','parameters':{'binary_data_size':3}},"
                        + "{'name':'b','shape':[1],'datatype':'INT8','parameters':{'binary_data_size':1}},"
                        + "{'name':'c','shape':[1],'datatype':'FP64','parameters':{'binary_data_size':8}},"
                        + "{'name':'d','shape':[1],'datatype':'FP32','parameters':{'binary_data_size':4}}]}";
        byte[] header = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        Buffers.Lease lease = new Buffers(1 << 20).lease();
        ByteBuffer body = ByteBuffer.allocateDirect(header.length + 16).put(header);
        body.putDouble(0).putDouble(0).flip();
        InferRequest request =
                new InferRequestReader(Requests.JSON.streams(), Requests.LIMITS)
                        .read(
                                body,
                                header.length,
                                new Requests(
                                                DataType.UINT8,
                                                DataType.INT8,
                                                DataType.DOUBLE,
                                                DataType.FLOAT)
                                        .signature(),
                                lease);
        for (int i = header.length; i < body.limit(); i++) {
            body.put(i, (byte) 1);
        }
        assertEquals(1, request.inputs()[0].buffer().get(2));
        assertEquals(1, request.inputs()[1].buffer().get(0));
        assertEquals(0, request.inputs()[2].buffer().getLong(0)); // at 4: a copy
        assertEquals(0x01010101, request.inputs()[3].buffer().getInt(0));
    }

    @Test
    void sizesMustAddUp() {
        String json =
                "{'inputs':[{'name':'a','shape':[1],'datatype':'FP32',"
                        + "'parameters':{'binary_data_size':%s}}]}";
        for (String size : new String[] {"4", "5", "-4", "1e9", "99999999999999999999", "'4'"}) {
            HttpError error =
                    assertThrows(
                            HttpError.class,
                            () ->
                                    new Requests(DataType.FLOAT)
                                            .binary(json.formatted(size), new byte[3]));
            assertEquals(400, error.status());
        }
        HttpError more =
                assertThrows(
                        HttpError.class,
                        () ->
                                new Requests(DataType.FLOAT)
                                        .binary(json.formatted("4"), new byte[5]));
        assertTrue(more.getMessage().contains("1 bytes"), more.getMessage());
    }
}
