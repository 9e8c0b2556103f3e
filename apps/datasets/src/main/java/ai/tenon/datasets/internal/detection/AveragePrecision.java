package ai.tenon.datasets.internal.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Average precision of one kind of thing over pictures: the area under precision over recall, each
 * precision being the best at this recall or a higher one (Pascal VOC from 2010 on). A box is right
 * if it overlaps a thing that no surer box has found by at least a half.
 */
final class AveragePrecision {
    private static final double RIGHT = 0.5;

    private final List<Box> found = new ArrayList<>();
    private final List<Boolean> right = new ArrayList<>();
    private int things;

    /** Adds a picture: what is there and what was found, surest first. */
    void add(List<Box> there, List<Box> boxes) {
        things += there.size();
        List<Box> left = new ArrayList<>(there);
        for (Box box : boxes) {
            Box nearest = there.stream().max(Comparator.comparingDouble(box::overlap)).orElse(null);
            boolean hit = nearest != null && box.overlap(nearest) >= RIGHT && left.remove(nearest);
            found.add(box);
            right.add(hit);
        }
    }

    /** How many things there were. */
    int things() {
        return things;
    }

    /** From 0 to 1. */
    double value() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingDouble((Integer i) -> found.get(i).score()).reversed());
        double[] precision = new double[order.size()];
        int hits = 0;
        for (int i = 0; i < precision.length; i++) {
            hits += right.get(order.get(i)) ? 1 : 0;
            precision[i] = (double) hits / (i + 1);
        }
        double area = 0;
        double best = 0;
        for (int i = precision.length - 1; i >= 0; i--) {
            best = Math.max(best, precision[i]);
            area += right.get(order.get(i)) ? best / things : 0;
        }
        return area;
    }
}
