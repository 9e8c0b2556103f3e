package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sequences of tensors, and values that may be absent. */
final class Sequences implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("SequenceConstruct")
                .since(11)
                .bind(call -> (in, frame) -> one(sequence(Arrays.asList(in))));
        ops.op("SequenceEmpty")
                .since(11)
                .bind(
                        call -> {
                            DataType type = call.type("dtype", DataType.FLOAT);
                            ValueType element = new ValueType.OfTensor(type, null);
                            return (in, frame) -> one(new Datum.Sequence(element, List.of()));
                        });
        ops.op("SequenceLength")
                .since(11)
                .bind(
                        call ->
                                (in, frame) ->
                                        one(Numbers.ofLongs(new long[] {elements(in[0]).size()})));
        ops.op("SequenceAt")
                .since(11)
                .bind(
                        call ->
                                (in, frame) ->
                                        one(
                                                elements(in[0])
                                                        .get(
                                                                place(
                                                                        in,
                                                                        1,
                                                                        elements(in[0]).size()))));
        ops.op("SequenceInsert").since(11).bind(call -> (in, frame) -> one(insert(in)));
        ops.op("SequenceErase").since(11).bind(call -> (in, frame) -> one(erase(in)));
        ops.op("ConcatFromSequence")
                .since(11)
                .bind(
                        call -> {
                            long axis = call.integer("axis", 0);
                            boolean adds = call.flag("new_axis", false);
                            return (in, frame) -> one(join(elements(in[0]), axis, adds));
                        });
        ops.op("SplitToSequence")
                .since(11)
                .bind(
                        call -> {
                            long axis = call.integer("axis", 0);
                            boolean keep = call.flag("keepdims", true);
                            return (in, frame) -> one(split(in, axis, keep));
                        });
        ops.op("OptionalHasElement")
                .since(15)
                .bind(
                        call ->
                                (in, frame) ->
                                        one(
                                                Numbers.ofBooleans(
                                                        new boolean[] {
                                                            in.length > 0 && content(in[0]) != null
                                                        })));
        ops.op("OptionalGetElement").since(15).bind(call -> (in, frame) -> one(content(in[0])));
    }

    private static Datum[] one(Datum datum) {
        return new Datum[] {datum};
    }

    private static Datum content(Datum datum) {
        return datum instanceof Datum.Optional optional ? optional.value() : datum;
    }

    private static List<Datum> elements(Datum datum) {
        if (datum instanceof Datum.Sequence sequence) {
            return sequence.elements();
        }
        throw new IllegalArgumentException("input 0 is no sequence");
    }

    private static Datum.Sequence sequence(List<Datum> elements) {
        ValueType type =
                elements.isEmpty()
                        ? null
                        : new ValueType.OfTensor(((Tensor) elements.get(0)).type(), null);
        return new Datum.Sequence(type, elements);
    }

    /** The position that an input names among {@code size}; negative ones count from the end. */
    private static int place(Datum[] in, int input, int size) {
        return Strides.axis(Numbers.longs((Tensor) in[input])[0], size);
    }

    private static Datum insert(Datum[] in) {
        List<Datum> elements = new ArrayList<>(elements(in[0]));
        boolean placed = in.length > 2 && in[2] != null;
        long at = placed ? Numbers.longs((Tensor) in[2])[0] : elements.size();
        long from = at < 0 ? at + elements.size() : at;
        if (from < 0 || from > elements.size()) {
            throw new IllegalArgumentException(
                    "position " + at + " is outside of a sequence of " + elements.size());
        }
        elements.add((int) from, in[1]);
        return sequence(elements);
    }

    private static Datum erase(Datum[] in) {
        List<Datum> elements = new ArrayList<>(elements(in[0]));
        boolean placed = in.length > 1 && in[1] != null;
        elements.remove(placed ? place(in, 1, elements.size()) : Strides.axis(-1, elements.size()));
        return new Datum.Sequence(((Datum.Sequence) in[0]).elementType(), elements);
    }

    private static Tensor join(List<Datum> elements, long axis, boolean adds) {
        if (elements.isEmpty()) {
            throw new IllegalArgumentException("an empty sequence cannot be concatenated");
        }
        return adds
                ? ControlFlow.stack(elements, axis, null)
                : Rearranging.concat(elements.toArray(Tensor[]::new), axis);
    }

    private static Datum split(Datum[] in, long axis, boolean keep) {
        Tensor x = (Tensor) in[0];
        int at = Strides.axis(axis, x.rank());
        Tensor sizes = in.length > 1 ? (Tensor) in[1] : null;
        List<Datum> parts = new ArrayList<>();
        long start = 0;
        for (int i = 0; start < x.dim(at); i++) {
            long size = size(sizes, i);
            if (size <= 0) {
                throw new IllegalArgumentException("a part of " + size + " elements");
            }
            Tensor part = Slicing.part(x, at, start, Math.min(size, x.dim(at) - start));
            boolean drops = sizes == null && !keep;
            parts.add(drops ? ControlFlow.without(part, at) : part);
            start += size;
        }
        return sequence(parts);
    }

    private static long size(Tensor sizes, int index) {
        if (sizes == null) {
            return 1;
        }
        long[] values = Numbers.longs(sizes);
        if (sizes.rank() == 1 && index >= values.length) {
            throw new IllegalArgumentException("the parts do not make up the whole");
        }
        return values[sizes.rank() == 0 ? 0 : index];
    }
}
