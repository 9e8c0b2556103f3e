package ai.tenon.http.internal.inference;

import ai.tenon.backend.Signature;
import ai.tenon.http.internal.Limits;
import ai.tenon.http.internal.web.Exchange;
import ai.tenon.http.internal.web.HttpError;
import ai.tenon.http.internal.web.Route;
import ai.tenon.inference.Call;
import ai.tenon.inference.InferenceException;
import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/** Inference: body to tensors, call, tensors to answer, all on the request's thread. */
final class InferHandler implements Route.Handler {
    private final ServedModels models;
    private final BodyReader bodies;
    private final Buffers buffers;
    private final InferRequestReader reader;
    private final InferResponseWriter writer;
    private final Semaphore running;

    InferHandler(ServedModels models, JsonFactory json, Limits limits) {
        this.models = models;
        this.bodies = new BodyReader(limits);
        this.buffers = new Buffers(limits.bufferBytes());
        this.reader = new InferRequestReader(json, limits);
        this.writer = new InferResponseWriter(json, limits);
        // the other threads stay free for health and management
        this.running = new Semaphore(Math.max(1, limits.threads() * 3 / 4));
    }

    @Override
    public void handle(Exchange exchange) throws HttpError, IOException {
        ServedModel model = models.named(exchange);
        if (!running.tryAcquire()) {
            throw HttpError.busy(
                    "too many inference requests at once; try again, or raise 'threads'");
        }
        try (Buffers.Lease lease = buffers.lease()) {
            infer(exchange, model, lease);
        } catch (InferenceException e) {
            throw HttpError.of(e);
        } finally {
            running.release();
        }
    }

    private void infer(Exchange exchange, ServedModel model, Buffers.Lease lease)
            throws HttpError, IOException, InferenceException {
        int announced = headerLength(exchange.request().getHeader(ModelRoutes.HEADER_LENGTH));
        ByteBuffer body = bodies.read(exchange.request(), Math.max(announced, 0), lease);
        int header = announced < 0 ? body.limit() : announced;
        Signature signature = model.endpoint().signature();
        InferRequest request = reader.read(body, header, signature, lease);
        Call call = model.take();
        try {
            for (int i = 0; i < request.inputs().length; i++) {
                call.input(i, request.inputs()[i]);
            }
            call.timeoutNanos(request.timeoutNanos()).run();
            writer.write(exchange.response(), model.endpoint().name(), request, signature, call);
        } finally {
            model.giveBack(call);
        }
    }

    /** Length of the JSON before the binary data; -1 if the body is nothing but JSON. */
    private static int headerLength(String text) throws HttpError {
        if (text == null) {
            return -1;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw HttpError.invalid(
                    ModelRoutes.HEADER_LENGTH + " must be an integer from 0 to 999999999");
        }
        return Integer.parseInt(text);
    }
}
