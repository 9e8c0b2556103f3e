package ai.tenon.quantizer.weights.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.quantizer.weights.internal.Format.Granularity;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rounding does to weights, by whatever method. */
class RoundingTest {
    private static final int LENGTH = 96;
    private static final int ROWS = 40;

    private final TestModel test = new TestModel(17, 4, LENGTH);
    private final Model model =
            test.layer("MatMul", test.weights(LENGTH, ROWS), List.of()).output(4, ROWS);
    private final Layer layer = Layers.of(model).get(0);
    private final WeightMatrix weights = new WeightMatrix(layer);

    @ParameterizedTest
    @CsvSource({"6, true", "6, false", "4, true", "4, false", "2, true", "2, false"})
    void nearestIsOffByHalfAStepUnlessClipped(int bits, boolean symmetric) throws Exception {
        Format format = new Format(bits, Granularity.PER_BLOCK, 32, symmetric, DataType.FLOAT16);
        QuantizedMatrix matrix = nearest(format);
        float[][] rows = rows();
        for (int r = 0; r < ROWS; r++) {
            Channel channel = matrix.channel(r);
            for (int i = 0; i < LENGTH; i++) {
                float step = Math.abs(channel.scales[i / 32]);
                // the end of the range may lie up to one step beyond the last code
                boolean last = channel.code(i) == 0 || channel.code(i) == format.highest();
                float off = Math.abs(channel.weight(i) - rows[r][i]);
                assertTrue(off <= step * (last ? 1.01f : 0.501f), off + " of " + step);
            }
        }
    }

    @Test
    void oneBitKeepsSignAndMeanMagnitude() throws Exception {
        Format format = new Format(1, Granularity.PER_CHANNEL, 32, true, DataType.FLOAT);
        QuantizedMatrix matrix = nearest(format);
        float[] row = rows()[3];
        double mean = IntStream.range(0, LENGTH).mapToDouble(i -> Math.abs(row[i])).sum() / LENGTH;
        for (int i = 0; i < LENGTH; i++) {
            assertEquals(Math.copySign(mean, row[i]), matrix.channel(3).weight(i), 1e-6);
        }
    }

    @Test
    void perTensorHasOneScale() throws Exception {
        Format format = new Format(4, Granularity.PER_TENSOR, 32, false, DataType.FLOAT);
        QuantizedMatrix matrix = nearest(format);
        for (int r = 1; r < ROWS; r++) {
            assertEquals(matrix.channel(0).scales[0], matrix.channel(r).scales[0]);
            assertEquals(matrix.channel(0).zeros[0], matrix.channel(r).zeros[0]);
        }
    }

    @Test
    void weightsThatAreZeroStayZero() {
        Format format = new Format(4, Granularity.PER_CHANNEL, 32, false, DataType.FLOAT16);
        for (Rounding rounding :
                List.of(
                        new NearestRounding(format, new Scales(format, weights)),
                        new HalfQuadraticRounding(format, new Scales(format, weights)))) {
            Channel channel = new Channel(format, 20);
            rounding.round(new float[20], channel);
            for (int i = 0; i < 20; i++) {
                assertEquals(0, channel.weight(i));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4, true", "4, false", "2, true", "2, false"})
    void halfQuadraticIsNearerThanNearestByItsOwnNorm(int bits, boolean symmetric)
            throws Exception {
        Format format = new Format(bits, Granularity.PER_BLOCK, 32, symmetric, DataType.FLOAT);
        Rounding rounding = new HalfQuadraticRounding(format, new Scales(format, weights));
        double nearest = distance(nearest(format), 0.75);
        double better = distance(round(format, rounding), 0.75);
        assertTrue(better < 0.99 * nearest, better + " against " + nearest);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void compensatingIsNearerThanNearestForInputsThatGoTogether(boolean actOrder) throws Exception {
        float[] inputs = test.inputs(300, LENGTH).toFloats();
        for (Granularity granularity : Granularity.values()) {
            Format format = new Format(4, granularity, 32, false, DataType.FLOAT);
            Scales scales = new Scales(format, weights);
            Rounding rounding =
                    CompensatingRounding.of(format, scales, gram(inputs), LENGTH, 0.01, actOrder)
                            .orElseThrow();
            double nearest = outputError(nearest(format), inputs);
            double better = outputError(round(format, rounding), inputs);
            assertTrue(better < 0.7 * nearest, granularity + ": " + better + ", " + nearest);
        }
    }

    @Test
    void inputsThatWereNeverSeenLeaveWeightsRoundedToTheNearest() throws Exception {
        Format format = new Format(4, Granularity.PER_BLOCK, 32, false, DataType.FLOAT);
        Scales scales = new Scales(format, weights);
        float[] silent = new float[LENGTH * LENGTH];
        Rounding rounding =
                CompensatingRounding.of(format, scales, silent, LENGTH, 0.01, true).orElseThrow();
        QuantizedMatrix nearest = nearest(format);
        QuantizedMatrix rounded = round(format, rounding);
        for (int i = 0; i < LENGTH; i++) {
            assertEquals(nearest.channel(7).code(i), rounded.channel(7).code(i));
        }
    }

    @Test
    void inputsThatAreNotFiniteAreRefused() {
        Format format = new Format(4, Granularity.PER_BLOCK, 32, false, DataType.FLOAT);
        float[] gram = gram(test.inputs(50, LENGTH).toFloats());
        gram[5] = Float.NaN;
        Scales scales = new Scales(format, weights);
        assertTrue(CompensatingRounding.of(format, scales, gram, LENGTH, 0.01, true).isEmpty());
    }

    @Test
    void theFactorGivesTheInverse() {
        int size = 37;
        Random random = new Random(3);
        double[][] x = new double[size + 5][];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.doubles(size, -1, 1).toArray();
        }
        float[] h = new float[size * size];
        for (int i = 0; i < h.length; i++) {
            for (double[] row : x) {
                h[i] += (float) (row[i / size] * row[i % size]);
            }
        }
        int[] order = IntStream.range(0, size).map(i -> i * 10 % size).toArray();
        float[][] upper = UpperFactor.of(h, size, order, 0.5).orElseThrow();
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                // (U^T U) H = 1, row and column in the given order
                double sum = 0;
                for (int k = 0; k < size; k++) {
                    double inverse = 0;
                    for (int m = 0; m <= Math.min(i, k); m++) {
                        inverse += (double) upper[m][i] * upper[m][k];
                    }
                    sum += inverse * (h[order[k] * size + order[j]] + (k == j ? 0.5 : 0));
                }
                assertEquals(i == j ? 1 : 0, sum, 1e-4);
            }
        }
    }

    private QuantizedMatrix nearest(Format format) throws Exception {
        return round(format, new NearestRounding(format, new Scales(format, weights)));
    }

    private QuantizedMatrix round(Format format, Rounding rounding) throws Exception {
        return QuantizedMatrix.of(weights, format, rounding, CompileMonitor.SILENT);
    }

    private float[][] rows() {
        float[][] rows = new float[ROWS][LENGTH];
        weights.read(0, rows);
        return rows;
    }

    private double distance(QuantizedMatrix matrix, double norm) {
        float[][] rows = rows();
        double sum = 0;
        for (int r = 0; r < ROWS; r++) {
            for (int i = 0; i < LENGTH; i++) {
                sum += Math.pow(Math.abs(matrix.channel(r).weight(i) - rows[r][i]), norm);
            }
        }
        return sum;
    }

    /** Square of the norm of X W - X Q. */
    private double outputError(QuantizedMatrix matrix, float[] inputs) {
        float[][] rows = rows();
        double error = 0;
        for (int from = 0; from < inputs.length; from += LENGTH) {
            for (int r = 0; r < ROWS; r++) {
                double sum = 0;
                for (int i = 0; i < LENGTH; i++) {
                    sum += inputs[from + i] * (rows[r][i] - matrix.channel(r).weight(i));
                }
                error += sum * sum;
            }
        }
        return error;
    }

    private static float[] gram(float[] inputs) {
        float[] gram = new float[LENGTH * LENGTH];
        for (int from = 0; from < inputs.length; from += LENGTH) {
            for (int i = 0; i < gram.length; i++) {
                gram[i] += inputs[from + i / LENGTH] * inputs[from + i % LENGTH];
            }
        }
        return gram;
    }
}
