package ai.tenon.template.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;

/** One run at a time; keeps its output buffer while the shape stays the same. */
final class ChainContext implements ExecutionContext {
    private final Unary[] chain;
    private Tensor output;
    private boolean closed;

    ChainContext(Unary[] chain) {
        this.chain = chain;
    }

    @Override
    public void run(Tensor[] inputs, RunControl control) throws BackendException {
        if (closed) {
            throw new BackendException(ErrorClass.RECOMPILE, "this context is closed");
        }
        Tensor input = inputs[0];
        if (output == null || !output.sameTypeAndShape(input)) {
            output = Tensor.allocate(DataType.FLOAT, input.shape());
        }
        ByteBuffer from = input.buffer();
        ByteBuffer to = output.buffer();
        for (int i = 0; i < input.byteSize(); i += Float.BYTES) {
            to.putFloat(i, from.getFloat(i));
        }
        for (Unary unary : chain) {
            if (control.shouldStop()) {
                throw new BackendException(ErrorClass.CANCELLED, "the caller gave up");
            }
            for (int i = 0; i < output.byteSize(); i += Float.BYTES) {
                to.putFloat(i, unary.apply(to.getFloat(i)));
            }
        }
    }

    @Override
    public Tensor output(int index) {
        if (output == null || closed) {
            throw new IllegalStateException("nothing has been run");
        }
        return output;
    }

    @Override
    public void close() {
        closed = true;
    }
}
