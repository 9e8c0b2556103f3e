package ai.tenon.cpu.internal.plan;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;

/** What one plan uses of the weights; closed when nobody can run the plan any more. */
public final class Holding implements AutoCloseable {
    private final Weights weights;
    private final Set<Constants.Constant> constants =
            Collections.newSetFromMap(new IdentityHashMap<>());

    Holding(Weights weights) {
        this.weights = weights;
    }

    /** As {@link Weights#pack}. */
    public Place pack(String key, Packing packing, Supplier<Unpacked> unpacked) {
        return weights.pack(key, packing, unpacked);
    }

    /** True if {@link #pack} has been asked for this one. */
    public boolean hasPacked(String key) {
        return weights.hasPacked(key);
    }

    /** As {@link Weights#named}. */
    public Place named(String name, ByteBuffer contents) {
        return weights.named(name, contents);
    }

    /** True if {@link #named} has been asked for this one. */
    public boolean hasNamed(String name) {
        return weights.hasNamed(name);
    }

    /** A constant, all remaining bytes, that is there as long as somebody holds it. */
    public Place constant(ByteBuffer contents) {
        return weights.use(contents, constants).place();
    }

    /** Bytes of constants that nobody else holds. */
    public long bytes() {
        return weights.alone(constants);
    }

    /** Gives back what only this one held. */
    @Override
    public void close() {
        weights.release(constants);
    }
}
