package ai.tenon.graph.opset;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import java.util.Map;

/** Operators whose attributes mean something else, or have gone. */
final class ChangedMeanings {
    private ChangedMeanings() {}

    static void register(Conversions all) {
        all.add(4, "Concat", ChangedMeanings::axisOfConcat);
        all.add(6, "Cast", ChangedMeanings::typeByNumber);
        all.add(7, "Dropout", ChangedMeanings::inferenceOnly);
        all.add(10, "Dropout", ChangedMeanings::maskOfBooleans);
        all.add(12, "Dropout", site -> site.take("ratio"));
        all.add(7, "BatchNormalization", ChangedMeanings::inferenceOnly);
        all.add(9, "BatchNormalization", ChangedMeanings::spatialOnly);
        all.add(14, "BatchNormalization", ChangedMeanings::oneOutput);
        all.add(7, "RNN GRU LSTM", site -> site.take("output_sequence"));
        all.add(13, "Softmax LogSoftmax Hardmax", ChangedMeanings::alongOneAxis);
        all.add(16, "RoiAlign", ChangedMeanings::keepHalfPixels);
        all.add(20, "GridSample", ChangedMeanings::renameModes);
        all.add(21, "GroupNormalization", ChangedMeanings::scalePerChannel);
        all.add(9, "Scan", ChangedMeanings::refuse);
        all.add(6, "Tile", ChangedMeanings::refuse);
        all.add(2, "LpPool GlobalLpPool", ChangedMeanings::wholeOrder);
    }

    private static void refuse(Site site) {
        throw site.refusal("the operator works otherwise since");
    }

    private static void axisOfConcat(Site site) {
        site.node().set(Attribute.ofInt("axis", site.takeInt("axis", 1)));
    }

    private static void typeByNumber(Site site) {
        Attribute to = site.take("to");
        if (to == null || to.kind() != Attribute.Kind.STRING) {
            throw site.refusal("its attribute to names no type");
        }
        site.node().set(Attribute.ofInt("to", DataType.valueOf(to.asString()).code()));
    }

    private static void wholeOrder(Site site) {
        Attribute p = site.take("p");
        if (p != null && p.asFloat() != Math.rint(p.asFloat())) {
            throw site.refusal("its order p is no integer");
        }
        site.node().set(Attribute.ofInt("p", p == null ? 2 : (long) p.asFloat()));
    }

    private static void inferenceOnly(Site site) {
        boolean test = site.takeInt("is_test", 0) != 0;
        if (!test && site.node().outputs().size() > 1 || !Match.usesFirstOutputOnly(site.node())) {
            throw site.refusal("it is in training mode");
        }
        site.node().cutOutputs(1);
    }

    private static void maskOfBooleans(Site site) {
        if (!Match.usesFirstOutputOnly(site.node())) {
            throw site.refusal("its mask is used");
        }
        site.node().cutOutputs(1);
    }

    private static void spatialOnly(Site site) {
        if (site.takeInt("spatial", 1) == 0) {
            throw site.refusal("it is not spatial");
        }
    }

    private static void oneOutput(Site site) {
        if (!Match.usesFirstOutputOnly(site.node())) {
            throw site.refusal("it is in training mode");
        }
        site.node().cutOutputs(1);
    }

    /** Until 12, all dimensions from the axis on were one; from 13 on, the axis is meant alone. */
    private static void alongOneAxis(Site site) {
        Node node = site.node();
        long axis = site.takeInt("axis", 1);
        Shape shape = site.shape(0);
        Value x = node.input(0);
        if (shape == null && axis == -1 || shape != null && isAloneFrom(shape, axis)) {
            node.set(Attribute.ofInt("axis", axis));
            return;
        }
        Node flat = site.insert("Flatten", x).set(Attribute.ofInt("axis", axis));
        Node rows = site.insert(node.opType(), flat.output(0)).set(Attribute.ofInt("axis", -1));
        Value dims =
                shape != null && shape.isStatic()
                        ? site.constant("shape", Numbers.ofLongs(shape.lengths(), shape.rank()))
                        : site.insert("Shape", x).output(0);
        site.replace("Reshape", rows.output(0), dims);
    }

    private static boolean isAloneFrom(Shape shape, long axis) {
        for (int i = (int) (axis < 0 ? axis + shape.rank() : axis) + 1; i < shape.rank(); i++) {
            if (shape.get(i).length() != 1) {
                return false;
            }
        }
        return shape.rank() > 0;
    }

    private static void keepHalfPixels(Site site) {
        if (site.node().attribute("coordinate_transformation_mode").isEmpty()) {
            site.node()
                    .set(Attribute.ofString("coordinate_transformation_mode", "output_half_pixel"));
        }
    }

    private static void renameModes(Site site) {
        Attribute mode = site.take("mode");
        String old = mode == null ? "bilinear" : mode.asString();
        Map<String, String> names = Map.of("bilinear", "linear", "bicubic", "cubic");
        site.node().set(Attribute.ofString("mode", names.getOrDefault(old, old)));
    }

    /** Until 20, scale and bias had an element per group; from 21 on, one per channel. */
    private static void scalePerChannel(Site site) {
        Shape shape = site.shape(0);
        int groups = (int) site.node().intAttribute("num_groups", 0);
        if (shape == null || shape.rank() < 2 || !shape.get(1).isKnown() || groups < 1) {
            throw site.refusal("the number of channels is not known");
        }
        long[] group = new long[(int) shape.get(1).length()];
        for (int i = 0; i < group.length; i++) {
            group[i] = (long) i * groups / group.length;
        }
        Value indices = site.constant("groups", Numbers.ofLongs(group, group.length));
        for (int input = 1; input <= 2; input++) {
            Node perChannel = site.insert("Gather", site.node().input(input), indices);
            site.node().setInput(input, perChannel.output(0));
        }
    }
}
