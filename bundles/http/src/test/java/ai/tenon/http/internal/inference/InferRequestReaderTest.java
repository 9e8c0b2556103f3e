package ai.tenon.http.internal.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.http.internal.web.HttpError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole requests, correct and hostile. */
class InferRequestReaderTest {
    private static final String ONE = "{'name':'a','shape':[2],'datatype':'FP32','data':[1,2]}";

    private final Requests requests = new Requests(DataType.FLOAT);

    @Test
    void fieldsMayStandInAnyOrder() throws Exception {
        InferRequest request =
                requests.json(
                        "{'outputs':[{'name':'a'}],'unknown':[{'x':[1]}],'inputs':[{'data':[[1,2],[3,4]],"
                                + "'parameters':{},'datatype':'FP32','shape':[2,2],'name':'a'}],'id':'7'}");
        assertArrayEquals(new float[] {1, 2, 3, 4}, request.inputs()[0].toFloats());
        assertEquals("7", request.id());
        assertEquals(List.of(new InferRequest.Output(0, false)), request.outputs());
    }

    @Test
    void outputsAreBinaryAsAsked() throws Exception {
        assertFalse(requests.json("{'inputs':[" + ONE + "]}").outputs().get(0).binary());
        String binaryByDefault = "{'parameters':{'binary_data_output':true},'inputs':[" + ONE + "]";
        assertTrue(requests.json(binaryByDefault + "}").outputs().get(0).binary());
        assertFalse(
                requests.json(
                                binaryByDefault
                                        + ",'outputs':[{'name':'a','parameters':{'binary_data':false}}]}")
                        .outputs()
                        .get(0)
                        .binary());
    }

    @Test
    void timeoutsAreMicroseconds() throws Exception {
        assertEquals(0, requests.json("{'inputs':[" + ONE + "]}").timeoutNanos());
        assertEquals(
                5000,
                requests.json("{'parameters':{'timeout':5},'inputs':[" + ONE + "]}")
                        .timeoutNanos());
        assertEquals(
                3_600_000_000_000L,
                requests.json(
                                "{'parameters':{'timeout':9223372036854775807},'inputs':["
                                        + ONE
                                        + "]}")
                        .timeoutNanos());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{'inputs':[]}",
                "{'inputs':{}}",
                "{'inputs':[1]}",
                "{'inputs':[[]]}",
                "{'inputs':[{}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32'}]}",
                "{'inputs':[{'name':'b','shape':[2],'datatype':'FP32','data':[1,2]}]}",
                "{'inputs':[{'name':1,'shape':[2],'datatype':'FP32','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP64','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FLOAT','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':2,'datatype':'FP32','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':[-2],'datatype':'FP32','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':[2.0],'datatype':'FP32','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':[[2]],'datatype':'FP32','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':[1,1,1,1,2],'datatype':'FP32','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':[99999999999999999999],'datatype':'FP32','data':[1]}]}",
                "{'inputs':[{'name':'a','shape':[9223372036854775807,2],'datatype':'FP32','data':[1]}]}",
                "{'inputs':[{'name':'a','shape':[65536,65536],'datatype':'FP32','data':[1]}]}",
                "{'inputs':[{'name':'a','shape':[2147483647],'datatype':'FP32','data':[1]}]}",
                "{'inputs':[{'name':'a','shape':[99999],'datatype':'FP32','data':[1]}]}",
                "{'inputs':[{'name':'a','name':'a','shape':[2],'datatype':'FP32','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32','data':[1,2]},"
                        + "{'name':'a','shape':[2],'datatype':'FP32','data':[1,2]}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32','data':[1,2],"
                        + "'parameters':{'binary_data_size':8}}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32','data':[1,2],"
                        + "'parameters':{'shared_memory_region':'r'}}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32','data':[1,2]}]}x",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32','data':[1,2]}],'outputs':{}}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32','data':[1,2]}],'outputs':[{}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32','data':[1,2]}],"
                        + "'outputs':[{'name':'z'}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32','data':[1,2]}],"
                        + "'outputs':[{'name':'a'},{'name':'a'}]}",
                "{'inputs':[{'name':'a','shape':[2],'datatype':'FP32','data':[1,2]}],"
                        + "'outputs':[{'name':'a','parameters':{'classification':3}}]}",
                "{'parameters':{'timeout':-1},'inputs':[]}",
                "{'parameters':{'timeout':'x'},'inputs':[]}",
                "{'parameters':{'binary_data_output':1},'inputs':[]}",
                "{'parameters':{'sequence_id':1},'inputs':[]}",
                "{'parameters':[],'inputs':[]}"
            })
    void nonsenseIsRefusedWithASentence(String json) {
        HttpError error = assertThrows(HttpError.class, () -> requests.json(json));
        assertEquals(400, error.status());
        assertTrue(error.getMessage().contains(" "), error.getMessage());
    }

    @Test
    void theHeaderMustLieWithinTheBody() {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        for (int announced : new int[] {-1, 3, Integer.MAX_VALUE}) {
            assertThrows(HttpError.class, () -> requests.read(announced, json, new byte[0]));
        }
        assertThrows(HttpError.class, () -> requests.read(1, json, new byte[0]));
        assertThrows(HttpError.class, () -> requests.read(0, json, new byte[0]));
    }

    @Test
    void depthAndLengthsAreBounded() {
        for (String hostile :
                List.of(
                        "{'x':" + "[".repeat(100_000),
                        "{'x':" + "{'x':".repeat(100_000),
                        "{'" + "n".repeat(100_000) + "':1}",
                        "{'id':'" + "n".repeat(100_000) + "'}",
                        "{'inputs':[{'name':'a','shape':[1],'datatype':'FP32','data':["
                                + "1".repeat(100_000)
                                + "]}]}")) {
            HttpError error = assertThrows(HttpError.class, () -> requests.json(hostile));
            assertEquals(400, error.status());
            assertTrue(error.getMessage().length() < 1000);
        }
    }

    /** Whatever is done to a correct request, it is read or refused, and nothing else happens. */
    @Test
    void mutatedRequestsNeverFailOtherwise() {
        byte[] correct =
                ("{'id':'i','parameters':{'timeout':5},'inputs':["
                                + "{'name':'a','shape':[2,2],'datatype':'FP32','data':[[1,2],[3,4]]},"
                                + "{'name':'b','shape':[2],'datatype':'BYTES',"
                                + "'parameters':{'binary_data_size':10}}],"
                                + "'outputs':[{'name':'a','parameters':{'binary_data':true}}]}")
                        .replace('\'', '"')
                        .getBytes(StandardCharsets.UTF_8);
        byte[] data = {1, 0, 0, 0, 'x', 1, 0, 0, 0, 'y'};
        Requests two = new Requests(DataType.FLOAT, DataType.STRING);
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] header = correct.clone();
            byte[] tail = data.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                header[random.nextInt(header.length)] =
                        (byte) "0123456789[]{},:\"-.eEaNtrue\u0000".charAt(random.nextInt(28));
                tail[random.nextInt(tail.length)] = (byte) random.nextInt();
            }
            try {
                two.read(header.length - (round % 7 == 0 ? random.nextInt(99) : 0), header, tail);
            } catch (HttpError e) {
                assertEquals(400, e.status(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 1000, "refused " + refused);
    }
}
