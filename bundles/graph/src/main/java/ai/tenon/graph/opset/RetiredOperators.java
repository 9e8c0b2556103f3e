package ai.tenon.graph.opset;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.List;

/** Operators that are called otherwise now, have become others, or are gone. */
final class RetiredOperators {
    private RetiredOperators() {}

    static void register(Conversions all) {
        all.add(7, "Upsample", RetiredOperators::scalesOfUpsample);
        all.add(9, "Upsample", RetiredOperators::moveScales);
        all.add(10, "Upsample", site -> site.renameOperator("Resize"));
        all.add(11, "Resize", RetiredOperators::explicitCoordinates);
        all.add(13, "Resize", RetiredOperators::leaveOutEmptyInputs);
        all.add(11, "Scatter", site -> site.renameOperator("ScatterElements"));
        all.add(10, "Affine", RetiredOperators::affine);
        all.add(10, "ImageScaler", RetiredOperators::imageScaler);
        all.add(10, "Crop", RetiredOperators::crop);
        all.add(
                10,
                "ATen ConstantFill DynamicSlice GRUUnit GivenTensorFill ParametricSoftplus Scale"
                        + " ScaledTanh",
                RetiredOperators::refuse);
    }

    private static void refuse(Site site) {
        throw site.refusal("the operator was experimental and is gone");
    }

    private static void scalesOfUpsample(Site site) {
        Attribute height = site.take("height_scale");
        Attribute width = site.take("width_scale");
        if (height == null || width == null) {
            throw site.refusal("it lacks its scales");
        }
        Object[] scales = {1f, 1f, height.asFloat(), width.asFloat()};
        site.node().set(Attribute.of("scales", Attribute.Kind.FLOATS, List.of(scales)));
        if (site.node().stringAttribute("mode", "nearest").equals("bilinear")) {
            site.node().set(Attribute.ofString("mode", "linear"));
        }
    }

    private static void moveScales(Site site) {
        Attribute scales = site.take("scales");
        if (scales == null) {
            throw site.refusal("it lacks its scales");
        }
        float[] values = scales.asFloats();
        site.node().setInput(1, site.constant("scales", Numbers.ofFloats(values, values.length)));
    }

    /**
     * Version 10 of Resize says nothing of coordinates; implementations multiply by the scale and
     * round down, but some round up where a picture becomes smaller.
     */
    private static void explicitCoordinates(Site site) {
        Node node = site.node();
        boolean nearest = node.stringAttribute("mode", "nearest").equals("nearest");
        float[] scales = Constants.floats(node.input(1));
        if (nearest && scales != null) {
            for (float scale : scales) {
                float step = 1 / scale;
                if (scale < 1 && step != Math.rint(step)) {
                    throw site.refusal("how it rounds was not defined");
                }
            }
        }
        node.set(Attribute.ofString("coordinate_transformation_mode", "asymmetric"));
        if (nearest) {
            node.set(Attribute.ofString("nearest_mode", "floor"));
        }
        node.setInput(2, node.input(1));
        node.setInput(1, site.constant("roi", Numbers.ofFloats(new float[0], 0)));
    }

    private static void leaveOutEmptyInputs(Site site) {
        Node node = site.node();
        String coordinates = node.stringAttribute("coordinate_transformation_mode", "half_pixel");
        if (coordinates.equals("tf_half_pixel_for_nn")) {
            throw site.refusal(coordinates + " is gone");
        }
        for (int input = 1; input <= 2; input++) {
            Value value = node.input(input);
            Tensor constant = Constants.tensor(value);
            if (constant != null && constant.size() == 0) {
                node.setInput(input, null);
                Rewrite.removeUnused(value);
            }
        }
    }

    private static void affine(Site site) {
        Attribute alpha = site.take("alpha");
        Attribute beta = site.take("beta");
        Value product = scaled(site, alpha == null ? 1 : alpha.asFloat());
        double[] added = {beta == null ? 0 : beta.asFloat()};
        site.replace("Add", product, site.constant("beta", Numbers.of(site.element(0), added)));
    }

    private static void imageScaler(Site site) {
        Attribute scale = site.take("scale");
        Attribute bias = site.take("bias");
        Value product = scaled(site, scale == null ? 1 : scale.asFloat());
        float[] added = bias == null ? new float[] {0} : bias.asFloats();
        double[] wide = new double[added.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = added[i];
        }
        Tensor perChannel = Numbers.of(site.element(0), wide, 1, wide.length, 1, 1);
        site.replace("Add", product, site.constant("bias", perChannel));
    }

    private static Value scaled(Site site, double by) {
        Value factor = site.constant("scale", Numbers.of(site.element(0), new double[] {by}));
        return site.insert("Mul", site.node().input(0), factor).output(0);
    }

    /** Border is left, top, right, bottom; with a scale, its height and width count from there. */
    private static void crop(Site site) {
        Attribute border = site.take("border");
        Attribute scale = site.take("scale");
        if (border == null || border.asInts().length != 4) {
            throw site.refusal("its border is not given");
        }
        long[] by = border.asInts();
        long[] size = scale == null ? null : scale.asInts();
        long[] starts = {by[1], by[0]};
        long[] ends =
                size != null && size.length == 2
                        ? new long[] {by[1] + size[0], by[0] + size[1]}
                        : new long[] {end(by[3]), end(by[2])};
        site.replace(
                "Slice",
                site.node().input(0),
                site.constant("starts", Numbers.ofLongs(starts, 2)),
                site.constant("ends", Numbers.ofLongs(ends, 2)),
                site.constant("axes", Numbers.ofLongs(new long[] {2, 3}, 2)));
    }

    private static long end(long cutOff) {
        return cutOff == 0 ? Integer.MAX_VALUE : -cutOff;
    }
}
