package ai.tenon.graph.opset;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.numeric.Numbers;

/** Operators of which an attribute has become an input. */
final class AttributesToInputs {
    private AttributesToInputs() {}

    static void register(Conversions all) {
        all.add(5, "Reshape", site -> site.moveInts("shape", 1));
        all.add(10, "TopK", AttributesToInputs::count);
        all.add(10, "Slice", AttributesToInputs::slice);
        all.add(11, "Clip", AttributesToInputs::clip);
        all.add(2, "Pad", AttributesToInputs::renamePaddings);
        all.add(11, "Pad", AttributesToInputs::pad);
        all.add(13, "Squeeze Unsqueeze ReduceSum", site -> site.moveInts("axes", 1));
        all.add(
                18,
                "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin"
                        + " ReduceProd ReduceSumSquare",
                site -> site.moveInts("axes", 1));
        all.add(13, "Split", site -> site.moveInts("split", 1));
        all.add(18, "Split", AttributesToInputs::countParts);
        all.add(20, "DFT", AttributesToInputs::axisOfTransform);
    }

    private static void count(Site site) {
        Attribute k = site.take("k");
        if (k == null) {
            throw site.refusal("it lacks the attribute k");
        }
        site.node().setInput(1, site.constant("k", Numbers.ofLongs(new long[] {k.asInt()}, 1)));
    }

    private static void axisOfTransform(Site site) {
        long[] axis = {site.takeInt("axis", 1)};
        site.node().setInput(2, site.constant("axis", Numbers.ofLongs(axis)));
    }

    private static void slice(Site site) {
        site.moveInts("starts", 1);
        site.moveInts("ends", 2);
        site.moveInts("axes", 3);
    }

    private static void clip(Site site) {
        site.moveFloat("min", 1);
        site.moveFloat("max", 2);
    }

    private static void renamePaddings(Site site) {
        Attribute paddings = site.take("paddings");
        if (paddings != null) {
            site.node().set(Attribute.ofInts("pads", paddings.asInts()));
        }
    }

    private static void pad(Site site) {
        site.moveInts("pads", 1);
        site.moveFloat("value", 2);
    }

    private static void countParts(Site site) {
        if (site.node().input(1) == null) {
            site.node().set(Attribute.ofInt("num_outputs", site.node().outputs().size()));
        }
    }
}
