package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Convolutions and pooling. */
final class WindowRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(facts -> convolution(facts, 1, facts.element(0)), "Conv", "DeformConv");
        rules.add(facts -> convolution(facts, 1, DataType.INT32), "ConvInteger");
        rules.add(facts -> convolution(facts, 3, facts.element(7)), "QLinearConv");
        rules.add(WindowRules::pooling, "MaxPool", "AveragePool", "LpPool");
        rules.add(WindowRules::transposed, "ConvTranspose");
        rules.add(WindowRules::folded, "Col2Im");
    }

    static void convolution(Facts facts, int weights, DataType type) {
        Shape x = facts.shape(0);
        Shape w = facts.shape(weights);
        if (x == null) {
            facts.output(0, type, w == null ? null : Dims.ofRank(w.rank()));
            return;
        }
        Dimension channels = w == null ? Dimension.UNKNOWN : w.get(0);
        facts.output(0, type, slid(facts, x, kernel(facts, w, x.rank() - 2), channels));
    }

    /** Lengths of the kernel: from the attribute, else from the weights. */
    private static List<Dimension> kernel(Facts facts, Shape weights, int rank) {
        List<Dimension> kernel = new ArrayList<>();
        long[] given = facts.integers("kernel_shape", null);
        for (int i = 0; i < rank; i++) {
            kernel.add(
                    given != null
                            ? Dimension.of(given[i])
                            : weights == null ? Dimension.UNKNOWN : weights.get(i + 2));
        }
        return kernel;
    }

    private static void pooling(Facts facts) {
        Shape x = facts.shape(0);
        Shape shape =
                x == null ? null : slid(facts, x, kernel(facts, null, x.rank() - 2), x.get(1));
        facts.output(0, facts.element(0), shape);
        facts.output(1, DataType.INT64, shape);
    }

    private static long at(long[] values, int index, long otherwise) {
        return values == null ? otherwise : values[index];
    }

    private static Shape slid(Facts facts, Shape x, List<Dimension> kernel, Dimension channels) {
        long[] strides = facts.integers("strides", null);
        long[] dilations = facts.integers("dilations", null);
        long[] pads = facts.integers("pads", null);
        String auto = facts.text("auto_pad", "NOTSET");
        boolean ceil = facts.integer("ceil_mode", 0) != 0;
        int rank = x.rank() - 2;
        List<Dimension> dims = new ArrayList<>(List.of(x.get(0), channels));
        for (int i = 0; i < rank; i++) {
            Dimension in = x.get(i + 2);
            long stride = at(strides, i, 1);
            if (auto.startsWith("SAME")) {
                dims.add(
                        in.isKnown()
                                ? Dimension.of((in.length() + stride - 1) / stride)
                                : Dimension.UNKNOWN);
                continue;
            }
            if (!in.isKnown() || !kernel.get(i).isKnown()) {
                dims.add(Dimension.UNKNOWN);
                continue;
            }
            boolean padded = pads != null && !auto.equals("VALID");
            long before = padded ? pads[i] : 0;
            long after = padded ? pads[rank + i] : 0;
            long extent = at(dilations, i, 1) * (kernel.get(i).length() - 1) + 1;
            long room = in.length() + before + after - extent;
            long out = Math.floorDiv(ceil ? room + stride - 1 : room, stride) + 1;
            if (ceil && (out - 1) * stride >= in.length() + before) {
                out--;
            }
            dims.add(Dims.length(out));
        }
        return new Shape(dims);
    }

    private static void transposed(Facts facts) {
        Shape x = facts.shape(0);
        Shape w = facts.shape(1);
        if (x == null || w == null) {
            facts.output(0, facts.element(0), x == null ? null : Dims.ofRank(x.rank()));
            return;
        }
        int rank = x.rank() - 2;
        long[] strides = facts.integers("strides", null);
        long[] dilations = facts.integers("dilations", null);
        long[] pads = facts.integers("pads", null);
        long[] more = facts.integers("output_padding", null);
        long[] wanted = facts.integers("output_shape", null);
        boolean same = facts.text("auto_pad", "NOTSET").startsWith("SAME");
        List<Dimension> kernel = kernel(facts, w, rank);
        Dimension groups = Dimension.of(facts.integer("group", 1));
        List<Dimension> dims = new ArrayList<>(List.of(x.get(0), Dims.times(w.get(1), groups)));
        for (int i = 0; i < rank; i++) {
            Dimension in = x.get(i + 2);
            if (wanted != null) {
                dims.add(Dimension.of(wanted[wanted.length - rank + i]));
            } else if (!in.isKnown() || !kernel.get(i).isKnown()) {
                dims.add(Dimension.UNKNOWN);
            } else if (same) {
                dims.add(Dimension.of(in.length() * at(strides, i, 1)));
            } else {
                long extent = (kernel.get(i).length() - 1) * at(dilations, i, 1) + 1;
                long full = at(strides, i, 1) * (in.length() - 1) + at(more, i, 0) + extent;
                dims.add(
                        Dims.length(
                                full - at(pads, i, 0) - at(pads, pads == null ? 0 : rank + i, 0)));
            }
        }
        facts.output(0, facts.element(0), new Shape(dims));
    }

    private static void folded(Facts facts) {
        Shape x = facts.shape(0);
        List<Term> image = facts.contents(1);
        long[] block = facts.integers(2);
        if (x == null || image == null || block == null) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        long taps = 1;
        for (long each : block) {
            taps *= each;
        }
        Dimension channels =
                x.get(1).isKnown() ? Dimension.of(x.get(1).length() / taps) : Dimension.UNKNOWN;
        List<Dimension> dims = new ArrayList<>(List.of(x.get(0), channels));
        image.forEach(term -> dims.add(term.dimension()));
        facts.output(0, facts.element(0), new Shape(dims));
    }
}
