package ai.tenon.quantizer.weights.internal;

/** Turns the weights of one channel into codes; for use by several threads. */
@FunctionalInterface
interface Rounding {
    /**
     * Sets codes, scales and zeros.
     *
     * @param weights of one channel; may be overwritten
     */
    void round(float[] weights, Channel channel);
}
