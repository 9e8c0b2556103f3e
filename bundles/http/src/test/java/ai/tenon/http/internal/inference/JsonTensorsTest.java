package ai.tenon.http.internal.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.http.internal.web.HttpError;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tensors in JSON, both ways. */
class JsonTensorsTest {
    /** The extremes of every type come back as they went in. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOL   | [true,false]",
                "UINT8  | [0,255]",
                "INT8   | [-128,127]",
                "UINT16 | [0,65535]",
                "INT16  | [-32768,32767]",
                "UINT32 | [0,4294967295]",
                "INT32  | [-2147483648,2147483647]",
                "UINT64 | [0,18446744073709551615]",
                "INT64  | [-9223372036854775808,9223372036854775807]",
                "FLOAT  | [1.4E-45,3.4028235E38]",
                "FLOAT  | [\"NaN\",\"-Infinity\"]",
                "DOUBLE | [4.9E-324,1.7976931348623157E308]",
                "DOUBLE | [-0.0,\"Infinity\"]",
                "STRING | [\"\",\"a\\u0000ü\uD83D\uDE00\"]"
            })
    void roundTrip(DataType type, String json) throws Exception {
        Tensor tensor = Requests.input(type, "[2]", json);
        assertEquals(type, tensor.type());
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = Requests.JSON.streams().createGenerator(out)) {
            JsonTensorWriter.write(generator, tensor);
        }
        assertEquals(json, out.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOL   | 1",
                "UINT8  | 256",
                "UINT8  | -1",
                "INT8   | 128",
                "UINT16 | 65536",
                "INT16  | -32769",
                "UINT32 | 4294967296",
                "INT32  | 2147483648",
                "UINT64 | 18446744073709551616",
                "UINT64 | -1",
                "INT64  | 9223372036854775808",
                "INT64  | 1.0",
                "INT64  | \"1\"",
                "INT64  | true",
                "INT64  | null",
                "FLOAT  | 1e39",
                "FLOAT  | -1e39",
                "FLOAT  | 1e999999999",
                "FLOAT  | \"1\"",
                "FLOAT  | {}",
                "DOUBLE | 1e309",
                "STRING | 1",
                "STRING | null"
            })
    void whatDoesNotFitIsRefused(DataType type, String element) {
        HttpError error =
                assertThrows(
                        HttpError.class, () -> Requests.input(type, "[1]", "[" + element + "]"));
        assertEquals(400, error.status());
        assertTrue(error.getMessage().contains("'a'"), error.getMessage());
    }

    @Test
    void pythonsBareNaNIsUnderstood() throws Exception {
        float[] values = Requests.input(DataType.FLOAT, "[2]", "[NaN,-Infinity]").toFloats();
        assertArrayEquals(new float[] {Float.NaN, Float.NEGATIVE_INFINITY}, values);
    }

    @Test
    void floatsAreRoundedOnce() throws Exception {
        // the double nearest to this text lies on the middle between two floats, the text does not
        String text = "1.00000017881393432617187499";
        assertEquals(
                Float.parseFloat(text),
                Requests.input(DataType.FLOAT, "[1]", "[" + text + "]").toFloats()[0]);
    }

    @Test
    void dataIsFlatOrNestedAsTheShape() throws Exception {
        long[] expected = {1, 2, 3, 4, 5, 6};
        for (String data :
                new String[] {
                    "[1,2,3,4,5,6]", "[[1,2,3],[4,5,6]]",
                }) {
            assertArrayEquals(
                    expected, Requests.input(DataType.INT64, "[2,3]", data).toLongs(), data);
        }
        assertArrayEquals(
                expected,
                Requests.input(DataType.INT64, "[1,2,3]", "[[[1,2,3],[4,5,6]]]").toLongs());
        assertEquals(1, Requests.input(DataType.INT64, "[]", "[7]").size());
        assertEquals(0, Requests.input(DataType.INT64, "[0]", "[]").size());
        assertEquals(0, Requests.input(DataType.INT64, "[2,0]", "[[],[]]").size());
        assertEquals(0, Requests.input(DataType.INT64, "[0,5]", "[]").size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[2]   | [1]",
                "[2]   | [1,2,3]",
                "[2]   | []",
                "[2]   | [[1,2]]",
                "[2]   | 1",
                "[]    | [1,2]",
                "[]    | [[1]]",
                "[2,2] | [[1,2],[3]]",
                "[2,2] | [[1,2,3],[4]]",
                "[2,2] | [[1,2]]",
                "[2,2] | [[1,2],[3,4],[5,6]]",
                "[2,2] | [[1,2],3,4]",
                "[2,2] | [1,[2,3],4]",
                "[2,2] | [[[1,2],[3,4]]]",
                "[0]   | [1]",
                "[2,0] | [[]]"
            })
    void otherShapesAreRefused(String shape, String data) {
        assertEquals(
                400,
                assertThrows(HttpError.class, () -> Requests.input(DataType.INT64, shape, data))
                        .status());
    }

    @Test
    void halfPrecisionHasNoJson() {
        for (DataType type : new DataType[] {DataType.FLOAT16, DataType.BFLOAT16}) {
            HttpError error =
                    assertThrows(HttpError.class, () -> Requests.input(type, "[1]", "[1]"));
            assertTrue(error.getMessage().contains("binary_data_size"), error.getMessage());
        }
    }
}
