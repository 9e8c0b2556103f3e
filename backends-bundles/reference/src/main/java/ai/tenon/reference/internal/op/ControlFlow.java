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

/** Operators that run subgraphs. */
final class ControlFlow implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("If")
                .input(0, Types.BOOL)
                .bind(
                        call -> {
                            Body yes = call.body("then_branch");
                            Body no = call.body("else_branch");
                            return (in, frame) ->
                                    (truth(in[0]) ? yes : no).run(new Datum[0], frame);
                        });
        ops.op("Loop").bind(ControlFlow::loop);
        ops.op("Scan").since(9).bind(ControlFlow::scan);
    }

    private static boolean truth(Datum datum) {
        return ((Tensor) datum).buffer().get(0) != 0;
    }

    private static Kernel loop(Call call) throws Unsupported {
        Body body = call.body("body");
        int states = body.inputCount() - 2;
        int scans = body.outputCount() - 1 - states;
        if (states < 0 || scans < 0 || call.inputCount() > states + 2) {
            throw new Unsupported("the body does not fit the loop's inputs");
        }
        return (in, frame) -> {
            long limit = in[0] == null ? Long.MAX_VALUE : Numbers.longs((Tensor) in[0])[0];
            boolean go = in.length < 2 || in[1] == null || truth(in[1]);
            Datum[] state = new Datum[states];
            System.arraycopy(in, 2, state, 0, in.length - 2);
            List<List<Datum>> collected = new ArrayList<>();
            for (int i = 0; i < scans; i++) {
                collected.add(new ArrayList<>());
            }
            for (long i = 0; i < limit && go; i++) {
                Datum[] arguments = new Datum[states + 2];
                arguments[0] = Numbers.ofLongs(new long[] {i});
                arguments[1] = Numbers.ofBooleans(new boolean[] {true});
                System.arraycopy(state, 0, arguments, 2, states);
                Datum[] results = body.run(arguments, frame);
                go = truth(results[0]);
                System.arraycopy(results, 1, state, 0, states);
                for (int j = 0; j < scans; j++) {
                    collected.get(j).add(results[1 + states + j]);
                }
            }
            Datum[] results = Arrays.copyOf(state, states + scans);
            for (int j = 0; j < scans; j++) {
                results[states + j] = stack(collected.get(j), 0, body.outputType(1 + states + j));
            }
            return results;
        };
    }

    private static Kernel scan(Call call) throws Unsupported {
        Body body = call.body("body");
        int sequences = (int) call.integer("num_scan_inputs", 0);
        int states = body.inputCount() - sequences;
        int scans = body.outputCount() - states;
        if (states < 0 || scans < 0 || call.inputCount() != body.inputCount()) {
            throw new Unsupported("the body does not fit the scan's inputs");
        }
        long[] inAxes = call.integers("scan_input_axes", new long[sequences]);
        long[] inDirections = call.integers("scan_input_directions", new long[sequences]);
        long[] outAxes = call.integers("scan_output_axes", new long[scans]);
        long[] outDirections = call.integers("scan_output_directions", new long[scans]);
        return (in, frame) -> {
            Datum[] arguments = in.clone();
            Tensor first = (Tensor) in[states];
            long steps = first.dim(Strides.axis(inAxes[0], first.rank()));
            List<List<Datum>> collected = new ArrayList<>();
            for (int i = 0; i < scans; i++) {
                collected.add(new ArrayList<>());
            }
            for (long step = 0; step < steps; step++) {
                for (int j = 0; j < sequences; j++) {
                    Tensor x = (Tensor) in[states + j];
                    int axis = Strides.axis(inAxes[j], x.rank());
                    long at = inDirections[j] == 0 ? step : steps - 1 - step;
                    arguments[states + j] = without(Slicing.part(x, axis, at, 1), axis);
                }
                Datum[] results = body.run(arguments, frame);
                System.arraycopy(results, 0, arguments, 0, states);
                for (int j = 0; j < scans; j++) {
                    List<Datum> list = collected.get(j);
                    list.add(outDirections[j] == 0 ? list.size() : 0, results[states + j]);
                }
            }
            Datum[] results = Arrays.copyOf(arguments, states + scans);
            for (int j = 0; j < scans; j++) {
                results[states + j] =
                        stack(collected.get(j), outAxes[j], body.outputType(states + j));
            }
            return results;
        };
    }

    static Tensor without(Tensor x, int axis) {
        long[] shape = new long[x.rank() - 1];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = x.dim(i < axis ? i : i + 1);
        }
        return x.reshaped(shape);
    }

    /** Equal tensors along a new axis; without any, what the body declares says type and shape. */
    static Tensor stack(List<Datum> tensors, long axis, ValueType declared) {
        if (tensors.isEmpty()) {
            return none(declared);
        }
        Tensor[] parts = new Tensor[tensors.size()];
        int at = Strides.axis(axis, ((Tensor) tensors.get(0)).rank() + 1);
        for (int i = 0; i < parts.length; i++) {
            Tensor x = (Tensor) tensors.get(i);
            long[] shape = new long[x.rank() + 1];
            for (int j = 0; j < shape.length; j++) {
                shape[j] = j == at ? 1 : x.dim(j < at ? j : j - 1);
            }
            parts[i] = x.reshaped(shape);
        }
        return Rearranging.concat(parts, at);
    }

    private static Tensor none(ValueType declared) {
        if (declared instanceof ValueType.OfTensor tensor && tensor.elementType() != null) {
            long[] lengths = tensor.shape() == null ? new long[0] : tensor.shape().lengths();
            long[] shape = new long[lengths.length + 1];
            for (int i = 0; i < lengths.length; i++) {
                shape[i + 1] = Math.max(0, lengths[i]);
            }
            return Numbers.allocate(tensor.elementType(), shape);
        }
        return Numbers.allocate(DataType.FLOAT, 0);
    }
}
