package ai.tenon.http.internal.inference;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.http.internal.Limits;
import ai.tenon.http.internal.web.HttpError;
import ai.tenon.http.internal.web.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Reads requests for models with the inputs {@code a, b …}, one per type. */
final class Requests {
    static final Limits LIMITS = new Limits(8, 1 << 20, 1000, 8 << 20, 100_000, 4, 1000, 1);
    static final Json JSON = new Json(10_000);

    private final Buffers buffers = new Buffers(LIMITS.bufferBytes());
    private final Signature signature;
    private Buffers.Lease lease = buffers.lease();

    Requests(DataType... types) {
        List<TensorSpec> specs =
                Arrays.stream(types)
                        .map(t -> TensorSpec.of("" + (char) ('a' + indexOf(types, t)), t, null))
                        .toList();
        signature = new Signature(specs, specs);
    }

    private static int indexOf(DataType[] types, DataType type) {
        return Arrays.asList(types).indexOf(type);
    }

    Signature signature() {
        return signature;
    }

    /** Reads a request without binary data; single quotes stand for double ones. */
    InferRequest json(String json) throws HttpError {
        return binary(json, new byte[0]);
    }

    InferRequest binary(String json, byte[] data) throws HttpError {
        byte[] header = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return read(header.length, header, data);
    }

    /** Reads a request; what the one before was read from is used again. */
    InferRequest read(int announced, byte[] header, byte[] data) throws HttpError {
        lease.close();
        lease = buffers.lease();
        ByteBuffer body = ByteBuffer.allocateDirect(header.length + data.length);
        body.put(header).put(data).flip();
        return new InferRequestReader(JSON.streams(), LIMITS)
                .read(body, announced, signature, lease);
    }

    /** The input {@code a} of that type, given as JSON. */
    static Tensor input(DataType type, String shape, String data) throws HttpError {
        return new Requests(type)
                .json(
                        "{'inputs':[{'name':'a','shape':%s,'datatype':'%s','data':%s}]}"
                                .formatted(shape, Datatypes.name(type), data))
                .inputs()[0];
    }

    /** The input {@code a} of that type, given as binary data. */
    static Tensor input(DataType type, String shape, byte[] data) throws HttpError {
        return new Requests(type)
                .binary(
                        ("{'inputs':[{'name':'a','shape':%s,'datatype':'%s',"
                                        + "'parameters':{'binary_data_size':%d}}]}")
                                .formatted(shape, Datatypes.name(type), data.length),
                        data)
                .inputs()[0];
    }
}
