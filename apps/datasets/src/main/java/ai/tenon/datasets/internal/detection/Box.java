package ai.tenon.datasets.internal.detection;

/**
 * A thing found in a picture, or known to be there.
 *
 * @param left and the others in units of the picture's width and height
 * @param score how sure the model is, 0 to 1
 */
record Box(int kind, double left, double top, double right, double bottom, double score) {
    /** Intersection over union. */
    double overlap(Box other) {
        double width = Math.min(right, other.right) - Math.max(left, other.left);
        double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double both = width * height;
        return both / (area() + other.area() - both);
    }

    private double area() {
        return (right - left) * (bottom - top);
    }
}
