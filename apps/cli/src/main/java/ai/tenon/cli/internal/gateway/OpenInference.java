package ai.tenon.cli.internal.gateway;

import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.graph.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Open Inference Protocol v2 with binary tensors, as a client. */
public final class OpenInference {
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private final Gateway gateway;

    public OpenInference(Gateway gateway) {
        this.gateway = gateway;
    }

    /** What the model takes and gives, as the protocol says it. */
    public JsonNode metadata(String model) throws InterruptedException {
        return Gateway.json(gateway.get("/v2/models/" + encoded(model)));
    }

    /**
     * What was answered.
     *
     * @param outputs by name, in the model's order
     * @param backend what answered, {@code name@version}; empty if the server does not say
     */
    public record Answer(Map<String, Tensor> outputs, String backend) {}

    /**
     * One inference.
     *
     * @param inputs by name
     */
    public Answer infer(String model, Map<String, Tensor> inputs) throws InterruptedException {
        return answer(Gateway.checked(send(model, inputs)));
    }

    /** As {@link #infer}, but returns whatever is answered. */
    public HttpResponse<byte[]> send(String model, Map<String, Tensor> inputs)
            throws InterruptedException {
        byte[] header = header(inputs).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(header);
        inputs.values().forEach(tensor -> body.writeBytes(bytes(tensor)));
        return gateway.send(
                gateway.request("/v2/models/" + encoded(model) + "/infer")
                        .header("Content-Type", "application/octet-stream")
                        .header(HEADER_LENGTH, Integer.toString(header.length))
                        .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                        .build());
    }

    /**
     * Reads a response.
     *
     * @throws Failure if it is not what the protocol says
     */
    public static Answer answer(HttpResponse<byte[]> response) {
        byte[] body = response.body();
        int headerLength =
                response.headers()
                        .firstValue(HEADER_LENGTH)
                        .map(Integer::parseInt)
                        .orElse(body.length);
        try {
            JsonNode header = Json.read(Arrays.copyOf(body, Math.min(headerLength, body.length)));
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            int position = headerLength;
            for (JsonNode output : header.path("outputs")) {
                int size = output.path("parameters").path("binary_data_size").asInt(-1);
                if (size < 0 || size > body.length - position) {
                    throw new IOException("an output without its binary data");
                }
                outputs.put(
                        output.path("name").asText(),
                        Tensor.of(
                                OipType.of(output.path("datatype").asText()),
                                shape(output.path("shape")),
                                ByteBuffer.wrap(body, position, size)));
                position += size;
            }
            return new Answer(outputs, header.path("parameters").path("backend").asText());
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    "the answer of " + response.uri() + " is broken: " + e.getMessage(), e);
        }
    }

    private static String header(Map<String, Tensor> inputs) {
        ObjectNode header = Json.object();
        ArrayNode list = header.putArray("inputs");
        inputs.forEach(
                (name, tensor) -> {
                    ObjectNode input =
                            list.addObject()
                                    .put("name", name)
                                    .put("datatype", OipType.name(tensor.type()));
                    ArrayNode dims = input.putArray("shape");
                    Arrays.stream(tensor.shape()).forEach(dims::add);
                    input.putObject("parameters").put("binary_data_size", tensor.byteSize());
                });
        header.putObject("parameters").put("binary_data_output", true);
        return Json.write(header);
    }

    private static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[tensor.byteSize()];
        tensor.buffer().get(0, bytes);
        return bytes;
    }

    private static long[] shape(JsonNode dims) {
        long[] shape = new long[dims.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = dims.get(i).asLong();
        }
        return shape;
    }

    private static String encoded(String model) {
        if (model.isBlank()) {
            throw new UserError("the endpoint's name is empty; see 'tenon endpoints'");
        }
        return URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
