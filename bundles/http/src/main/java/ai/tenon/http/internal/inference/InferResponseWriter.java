package ai.tenon.http.internal.inference;

import ai.tenon.backend.Signature;
import ai.tenon.graph.Tensor;
import ai.tenon.http.internal.Limits;
import ai.tenon.http.internal.web.HttpError;
import ai.tenon.inference.Call;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes the answer to an inference request: JSON, and behind it the outputs that go as binary. */
final class InferResponseWriter {
    /** How much is written between two looks at the clock. */
    private static final int SLICE = 256 * 1024;

    private final JsonFactory json;
    private final Limits limits;

    InferResponseWriter(JsonFactory json, Limits limits) {
        this.json = json;
        this.limits = limits;
    }

    /**
     * Writes the outputs that {@code call} holds.
     *
     * @throws HttpError 400 if the client wants an output in a form that it does not have
     * @throws IOException if the client is gone, or too slow
     */
    void write(
            HttpServletResponse response,
            String model,
            InferRequest request,
            Signature signature,
            Call call)
            throws HttpError, IOException {
        boolean binary = false;
        for (InferRequest.Output output : request.outputs()) {
            requireForm(signature, call, output);
            binary |= output.binary();
        }
        if (!binary) {
            response.setContentType("application/json");
            writeJson(response.getOutputStream(), model, request, signature, call, List.of());
            return;
        }
        List<ByteBuffer> data = new ArrayList<>();
        long length = 0;
        for (InferRequest.Output output : request.outputs()) {
            if (output.binary()) {
                ByteBuffer bytes = BinaryTensors.bytes(call.output(output.index()));
                data.add(bytes);
                length += bytes.remaining();
            }
        }
        ByteArrayOutputStream header = new ByteArrayOutputStream(512);
        writeJson(header, model, request, signature, call, data);
        response.setContentType("application/octet-stream");
        response.setHeader(ModelRoutes.HEADER_LENGTH, Integer.toString(header.size()));
        response.setContentLengthLong(header.size() + length);
        ServletOutputStream out = response.getOutputStream();
        header.writeTo(out);
        writeBinary(out, data);
    }

    private static void requireForm(Signature signature, Call call, InferRequest.Output output)
            throws HttpError {
        Tensor tensor = call.output(output.index());
        String name = signature.outputs().get(output.index()).name();
        if (!Datatypes.known(tensor.type())) {
            throw HttpError.invalid(
                    "output '"
                            + name
                            + "' is "
                            + tensor.type()
                            + ", which the Open Inference Protocol cannot carry; ask for other outputs");
        }
        if (!output.binary() && !Datatypes.hasJson(tensor.type())) {
            throw HttpError.invalid(
                    "output '"
                            + name
                            + "' is "
                            + Datatypes.name(tensor.type())
                            + ", which has no JSON form; ask for it with binary_data");
        }
    }

    private void writeJson(
            OutputStream out,
            String model,
            InferRequest request,
            Signature signature,
            Call call,
            List<ByteBuffer> data)
            throws IOException {
        int next = 0;
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            // an answer that breaks off must not look like a whole one
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            generator.writeStartObject();
            generator.writeStringField("model_name", model);
            generator.writeStringField("model_version", ModelRoutes.VERSION);
            if (request.id() != null) {
                generator.writeStringField("id", request.id());
            }
            generator.writeObjectFieldStart("parameters");
            generator.writeStringField("backend", call.backend());
            generator.writeEndObject();
            generator.writeArrayFieldStart("outputs");
            for (InferRequest.Output output : request.outputs()) {
                Tensor tensor = call.output(output.index());
                generator.writeStartObject();
                generator.writeStringField("name", signature.outputs().get(output.index()).name());
                generator.writeStringField("datatype", Datatypes.name(tensor.type()));
                generator.writeFieldName("shape");
                generator.writeArray(tensor.shape(), 0, tensor.rank());
                if (output.binary()) {
                    generator.writeObjectFieldStart("parameters");
                    generator.writeNumberField("binary_data_size", data.get(next++).remaining());
                    generator.writeEndObject();
                } else {
                    generator.writeFieldName("data");
                    JsonTensorWriter.write(generator, tensor);
                }
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
    }

    private void writeBinary(ServletOutputStream out, List<ByteBuffer> data) throws IOException {
        long deadline = System.nanoTime() + limits.bodyMillis() * 1_000_000L;
        for (ByteBuffer bytes : data) {
            while (bytes.hasRemaining()) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            "the client did not take the answer within "
                                    + limits.bodyMillis()
                                    + " ms");
                }
                int count = Math.min(SLICE, bytes.remaining());
                int end = bytes.limit();
                out.write(bytes.limit(bytes.position() + count));
                bytes.limit(end);
            }
        }
    }
}
