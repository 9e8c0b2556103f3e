package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Elements;
import ai.tenon.reference.internal.data.Lanes;
import ai.tenon.reference.internal.data.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Order, sameness and running totals. */
final class Sorting implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("TopK")
                .since(10)
                .types(Types.NUMERIC)
                .many(
                        call -> {
                            long axis = call.integer("axis", -1);
                            boolean largest = call.flag("largest", true);
                            call.ignore("sorted");
                            return in -> top(in[0], Numbers.longs(in[1])[0], axis, largest);
                        });
        ops.op("NonZero").since(9).types(Types.NUMERIC_OR_BOOL).one(call -> in -> nonZero(in[0]));
        ops.op("Unique")
                .since(11)
                .types(Types.union(Types.NUMERIC_OR_BOOL, Types.STRING))
                .many(
                        call -> {
                            boolean sorted = call.flag("sorted", true);
                            boolean flat = !call.has("axis");
                            long axis = call.integer("axis", 0);
                            return in ->
                                    unique(
                                            flat ? in[0].reshaped(in[0].size()) : in[0],
                                            axis,
                                            sorted);
                        });
        running(ops, "CumSum", 11, true);
        running(ops, "CumProd", 26, false);
    }

    private static void running(Operators ops, String name, long since, boolean sum) {
        ops.op(name)
                .since(since)
                .types(Types.NUMERIC)
                .one(
                        call -> {
                            boolean exclusive = call.flag("exclusive", false);
                            boolean reverse = call.flag("reverse", false);
                            return in ->
                                    total(in[0], Numbers.longs(in[1])[0], exclusive, reverse, sum);
                        });
    }

    private static Tensor total(
            Tensor x, long axis, boolean exclusive, boolean reverse, boolean sum) {
        Lanes lanes = new Lanes(x.shape(), Strides.axis(axis, x.rank()));
        boolean real = x.type().isFloat();
        double[] reals = real ? Numbers.doubles(x) : new double[0];
        long[] integers = real ? new long[0] : Numbers.longs(x);
        int length = lanes.offsets.length;
        for (int start : lanes.starts) {
            double total = sum ? 0 : 1;
            long exact = sum ? 0 : 1;
            for (int i = 0; i < length; i++) {
                int at = start + lanes.offsets[reverse ? length - 1 - i : i];
                if (real) {
                    double next = sum ? total + reals[at] : total * reals[at];
                    reals[at] = exclusive ? total : next;
                    total = next;
                } else {
                    long next = sum ? exact + integers[at] : exact * integers[at];
                    integers[at] = exclusive ? exact : next;
                    exact = next;
                }
            }
        }
        return real
                ? Numbers.of(x.type(), reals, x.shape())
                : Numbers.of(x.type(), integers, x.shape());
    }

    private static Tensor[] top(Tensor x, long count, long axis, boolean largest) {
        int at = Strides.axis(axis, x.rank());
        Lanes lanes = new Lanes(x.shape(), at);
        int k = Math.toIntExact(count);
        if (k < 0 || k > lanes.offsets.length) {
            throw new IllegalArgumentException("top " + k + " of " + lanes.offsets.length);
        }
        Comparator<Integer> order = order(x);
        Comparator<Integer> wanted = largest ? order.reversed() : order;
        long[] shape = lanes.withLength(k);
        Lanes target = new Lanes(shape, at);
        int[] picked = new int[Tensor.elements(shape)];
        long[] places = new long[picked.length];
        for (int lane = 0; lane < lanes.starts.length; lane++) {
            int start = lanes.starts[lane];
            // Sorting is stable: of equal elements the first comes first.
            Integer[] sorted =
                    Arrays.stream(lanes.offsets).mapToObj(o -> start + o).toArray(Integer[]::new);
            Arrays.sort(sorted, wanted);
            for (int i = 0; i < k; i++) {
                int to = target.starts[lane] + target.offsets[i];
                picked[to] = sorted[i];
                places[to] = (sorted[i] - start) / Math.max(1, Strides.of(x.shape())[at]);
            }
        }
        return new Tensor[] {Elements.pick(x, picked, shape), Numbers.ofLongs(places, shape)};
    }

    /** Compares elements of {@code x} by position. */
    private static Comparator<Integer> order(Tensor x) {
        if (x.type() == DataType.STRING) {
            return Comparator.comparing(i -> x.strings()[i]);
        }
        if (x.type().isFloat()) {
            double[] values = Numbers.doubles(x);
            return Comparator.comparingDouble(i -> values[i]);
        }
        long flip = x.type() == DataType.UINT64 ? Long.MIN_VALUE : 0;
        long[] values = Numbers.longs(x);
        return Comparator.comparingLong(i -> values[i] ^ flip);
    }

    private static Tensor nonZero(Tensor x) {
        double[] values = Numbers.doubles(x);
        List<int[]> found = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0) {
                found.add(Strides.coordinates(i, x.shape()));
            }
        }
        long[] result = new long[x.rank() * found.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = found.get(i % found.size())[i / found.size()];
        }
        return Numbers.ofLongs(result, x.rank(), found.size());
    }

    private static Tensor[] unique(Tensor x, long axis, boolean sorted) {
        int at = Strides.axis(axis, x.rank());
        int[] others = java.util.stream.IntStream.range(0, x.rank()).filter(i -> i != at).toArray();
        Lanes slices = new Lanes(x.shape(), others);
        Comparator<Integer> order = order(x);
        Comparator<Integer> bySlice =
                (a, b) -> {
                    for (int offset : slices.offsets) {
                        int sign =
                                order.compare(slices.starts[a] + offset, slices.starts[b] + offset);
                        if (sign != 0) {
                            return sign;
                        }
                    }
                    return 0;
                };
        Map<Integer, List<Integer>> groups = new TreeMap<>(bySlice);
        for (int i = 0; i < slices.starts.length; i++) {
            groups.computeIfAbsent(i, key -> new ArrayList<>()).add(i);
        }
        Map<Integer, List<Integer>> ordered = new LinkedHashMap<>();
        if (sorted) {
            groups.values().forEach(group -> ordered.put(group.get(0), group));
        } else {
            groups.values().stream()
                    .sorted(Comparator.comparing(group -> group.get(0)))
                    .forEach(group -> ordered.put(group.get(0), group));
        }
        long[] firsts = ordered.keySet().stream().mapToLong(Integer::longValue).toArray();
        long[] counts = new long[firsts.length];
        long[] inverse = new long[slices.starts.length];
        int number = 0;
        for (List<Integer> group : ordered.values()) {
            counts[number] = group.size();
            for (int member : group) {
                inverse[member] = number;
            }
            number++;
        }
        Tensor indices = Numbers.ofLongs(firsts, firsts.length);
        return new Tensor[] {
            GatherFamily.gather(x, indices, at),
            indices,
            Numbers.ofLongs(inverse, inverse.length),
            Numbers.ofLongs(counts, counts.length)
        };
    }
}
