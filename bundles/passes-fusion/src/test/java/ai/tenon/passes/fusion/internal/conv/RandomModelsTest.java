package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.passes.testing.Fixture;
import ai.tenon.passes.testing.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators in a random order compute the same after all passes, whatever meets whatever. */
final class RandomModelsTest {
    private static final int MODELS = 40;
    private static final int STEPS = 10;
    private static final int SIZE = 8;

    private final Fixture f = new Fixture(14);
    private Random random;
    private int names;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void computeTheSame(long seed) {
        Random seeds = new Random(seed);
        for (int i = 0; i < MODELS; i++) {
            RandomModelsTest one = new RandomModelsTest();
            one.random = new Random(seeds.nextLong());
            one.check();
        }
    }

    private void check() {
        List<Value> values = new ArrayList<>(List.of(f.input("x", 1, 4, SIZE, SIZE)));
        for (int i = 0; i < STEPS; i++) {
            // mostly a chain, at times a branch off it
            int from = random.nextInt(6) == 0 ? random.nextInt(values.size()) : values.size() - 1;
            values.add(step(values.get(from), values));
        }
        f.output(values.get(values.size() - 1), 1, 4, SIZE, SIZE);
        Model after = f.model().copy();
        Passes.applyAll(after);
        Running.assertSame(f.model(), after, 1e-3);
    }

    private String name() {
        return "v" + names++;
    }

    /** An operator that keeps the shape. */
    private Value step(Value x, List<Value> others) {
        return switch (random.nextInt(9)) {
            case 0, 1 -> conv(x, 1, 0);
            case 2 -> conv(x, 3, 1);
            case 3 -> {
                Value padded =
                        f.node(
                                "Pad",
                                name(),
                                List.of(x, f.integers(name(), 0, 0, 1, 1, 0, 0, 1, 1)));
                yield conv(padded, 3, 0);
            }
            case 4 -> f.normalized(name(), x, 4);
            case 5 -> {
                Value constant = f.positive(name(), random.nextBoolean() ? 4 : 1, 1, 1);
                String operator = List.of("Add", "Sub", "Mul", "Div").get(random.nextInt(4));
                yield f.node(operator, name(), List.of(x, constant));
            }
            case 6 -> f.node("Add", name(), List.of(conv(x, 1, 0), conv(x, 3, 1)));
            case 7 -> f.node("Add", name(), List.of(x, others.get(random.nextInt(others.size()))));
            default -> f.node(random.nextBoolean() ? "Relu" : "Tanh", name(), List.of(x));
        };
    }

    private Value conv(Value x, long kernel, long pad) {
        long group = random.nextInt(3) == 0 ? 2 : 1;
        List<Value> inputs =
                new ArrayList<>(List.of(x, f.weights(name(), 4, 4 / group, kernel, kernel)));
        if (random.nextBoolean()) {
            inputs.add(f.weights(name(), 4));
        }
        return f.node(
                "Conv",
                name(),
                inputs,
                Attribute.ofInt("group", group),
                Attribute.ofInts("pads", pad, pad, pad, pad));
    }
}
