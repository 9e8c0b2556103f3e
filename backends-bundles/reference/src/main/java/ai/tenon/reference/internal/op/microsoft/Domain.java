package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.reference.internal.op.Operator;
import ai.tenon.reference.internal.op.Operators;

/** The domain of these operators. */
final class Domain {
    private Domain() {}

    static Operator op(Operators ops, String name) {
        return ops.op("com.microsoft", name);
    }
}
