package ai.tenon.quantizer.weights.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import java.util.stream.IntStream;

/** All channels of a layer as codes. */
final class QuantizedMatrix {
    private static final int PANEL = 64;

    private final Format format;
    private final int length;
    private final Channel[] channels;

    private QuantizedMatrix(Format format, int length, Channel[] channels) {
        this.format = format;
        this.length = length;
        this.channels = channels;
    }

    /**
     * Rounds a layer's weights.
     *
     * @throws BackendException if the work was cancelled
     */
    static QuantizedMatrix of(
            WeightMatrix weights, Format format, Rounding rounding, CompileMonitor monitor)
            throws BackendException {
        int length = weights.length();
        Channel[] channels = new Channel[weights.rows()];
        for (int first = 0; first < channels.length; first += PANEL) {
            monitor.check();
            int start = first;
            float[][] rows = new float[Math.min(PANEL, channels.length - first)][length];
            weights.read(first, rows);
            IntStream.range(0, rows.length)
                    .parallel()
                    .forEach(
                            row -> {
                                Channel channel = new Channel(format, length);
                                rounding.round(rows[row], channel);
                                channels[start + row] = channel;
                            });
        }
        return new QuantizedMatrix(format, length, channels);
    }

    Format format() {
        return format;
    }

    int rows() {
        return channels.length;
    }

    /** Weights per channel. */
    int length() {
        return length;
    }

    Channel channel(int row) {
        return channels[row];
    }
}
