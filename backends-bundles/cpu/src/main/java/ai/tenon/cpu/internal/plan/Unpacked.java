package ai.tenon.cpu.internal.plan;

import ai.tenon.cpu.internal.engine.Engine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights on their way to being packed: the parameters of a packing, as in {@code ops.h}, and the
 * buffers whose addresses are among them, which have to live until then.
 */
public final class Unpacked {
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private long[] parameters = {};

    /** The address of a direct buffer, which is kept alive; 0 for null. */
    public long address(ByteBuffer direct) {
        if (direct == null) {
            return 0;
        }
        buffers.add(direct);
        return Engine.address(direct);
    }

    /** Sets the parameters. */
    public Unpacked with(long... given) {
        parameters = given;
        return this;
    }

    long[] parameters() {
        return parameters;
    }
}
