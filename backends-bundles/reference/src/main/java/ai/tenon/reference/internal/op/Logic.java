package ai.tenon.reference.internal.op;

import java.util.function.LongBinaryOperator;

/** Logic of truth values and of bits. */
final class Logic implements Operators.Family {
    @Override
    public void register(Operators ops) {
        logic(ops, "And", 7, Types.BOOL, (a, b) -> a & b);
        logic(ops, "Or", 7, Types.BOOL, (a, b) -> a | b);
        logic(ops, "Xor", 7, Types.BOOL, (a, b) -> a ^ b);
        logic(ops, "BitwiseAnd", 18, Types.INTEGERS, (a, b) -> a & b);
        logic(ops, "BitwiseOr", 18, Types.INTEGERS, (a, b) -> a | b);
        logic(ops, "BitwiseXor", 18, Types.INTEGERS, (a, b) -> a ^ b);
        ops.op("Not").types(Types.BOOL).one(call -> in -> Elementwise.mapLongs(in[0], x -> 1 - x));
        ops.op("BitwiseNot")
                .since(18)
                .types(Types.INTEGERS)
                .one(call -> in -> Elementwise.mapLongs(in[0], x -> ~x));
    }

    private static void logic(
            Operators ops,
            String name,
            long since,
            java.util.Set<ai.tenon.graph.DataType> types,
            LongBinaryOperator f) {
        ops.op(name)
                .since(since)
                .types(types)
                .one(call -> in -> Elementwise.combineLongs(in[0], in[1], f));
    }
}
