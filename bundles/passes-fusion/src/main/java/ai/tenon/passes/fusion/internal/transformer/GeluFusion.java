package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Makes a Gelu of {@code x · ½ · (1 + erf(x / √2))} and of its approximation by tanh, however the
 * factors are spread, and a QuickGelu of {@code x · sigmoid(1.702 · x)}.
 */
@Component
public final class GeluFusion implements GraphPass {
    private static final long OPSET = 20;
    private static final double CUBE = 0.044715;

    /** Exporters round their constants to a few digits. */
    private static final double SLACK = 1e-3;

    /** What is made of a function of {@code x}. */
    private record Form(String domain, String opType, Attribute attribute) {}

    private static final Form ERF = new Form("", "Gelu", Attribute.ofString("approximate", "none"));
    private static final Form TANH =
            new Form("", "Gelu", Attribute.ofString("approximate", "tanh"));

    @Override
    public String name() {
        return "gelu";
    }

    @Override
    public Stage stage() {
        return Stage.FUSION;
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        PassResult exact =
                Fusion.apply(model, "", OPSET, (node, types) -> match(node, "Erf", "Tanh"));
        PassResult quick =
                Fusion.apply(model, Fusion.MICROSOFT, 1, (node, types) -> match(node, "Sigmoid"));
        List<String> notes = new ArrayList<>(exact.notes());
        notes.addAll(quick.notes());
        return new PassResult(exact.changes() + quick.changes(), notes);
    }

    private static Runnable match(Node function, String... functions) {
        if (!Match.is(function, functions)) {
            return null;
        }
        Set<Value> candidates = new LinkedHashSet<>();
        collect(function.input(0), candidates, 0);
        for (Value x : candidates) {
            Group group = new Group();
            group.add(function);
            double[] argument = Polynomial.of(function.input(0), x, group);
            Form form = argument == null ? null : form(function, argument);
            Node last = form == null ? null : last(function, x, group);
            if (last != null && group.isClosed(last.output(0))) {
                return () -> {
                    Node gelu =
                            Group.replace(
                                    last,
                                    form.domain,
                                    form.opType,
                                    List.of(x),
                                    List.of(last.output(0)));
                    gelu.set(form.attribute);
                };
            }
        }
        return null;
    }

    /** The values of which the function's argument may be made. */
    private static void collect(Value value, Set<Value> into, int depth) {
        if (value == null || Constants.tensor(value) != null || depth > 6) {
            return;
        }
        into.add(value);
        Node node = Match.producer(value, "Add", "Sub", "Mul", "Div", "Pow");
        if (node != null) {
            node.inputs().forEach(input -> collect(input, into, depth + 1));
        }
    }

    /** What a function of this argument is part of; null if of nothing known. */
    private static Form form(Node function, double[] p) {
        double root = Math.sqrt(2 / Math.PI);
        boolean odd = p[0] == 0 && p[2] == 0;
        return switch (function.opType()) {
            case "Erf" -> odd && p[3] == 0 && near(p[1], Math.sqrt(0.5)) ? ERF : null;
            case "Tanh" -> odd && near(p[1], root) && near(p[3], root * CUBE) ? TANH : null;
            default ->
                    odd && p[3] == 0 && near(p[1], 1.702)
                            ? new Form(
                                    Fusion.MICROSOFT,
                                    "QuickGelu",
                                    Attribute.ofFloat("alpha", (float) p[1]))
                            : null;
        };
    }

    private static boolean near(double a, double b) {
        return Math.abs(a - b) < SLACK * Math.abs(b);
    }

    /**
     * Follows {@code x · (a + b · f)} from f on.
     *
     * @return the node that gives it with the a and b of the function; null if none does
     */
    private static Node last(Node function, Value x, Group group) {
        boolean isSigmoid = function.opType().equals("Sigmoid");
        double a = 0;
        double b = 1;
        boolean times = false;
        Value at = function.output(0);
        for (int i = 0; i < 5; i++) {
            Node reader = group.add(Match.soleReader(at, "Add", "Mul", "Div"));
            Value other = reader == null ? null : Match.other(reader, at);
            OptionalDouble constant = Constants.scalar(other);
            double[] factor = null;
            if (other != null && constant.isEmpty()) {
                factor = reader.opType().equals("Mul") ? Polynomial.of(other, x, group) : null;
                if (factor == null || times || factor[0] != 0 || factor[2] != 0 || factor[3] != 0) {
                    return null;
                }
                times = true;
                a *= factor[1];
                b *= factor[1];
            } else if (constant.isEmpty() || reader.opType().equals("Add") && times) {
                return null;
            } else if (reader.opType().equals("Add")) {
                a += constant.getAsDouble();
            } else {
                boolean divides = reader.opType().equals("Div");
                if (divides && reader.input(0) != at) {
                    return null;
                }
                double each = divides ? 1 / constant.getAsDouble() : constant.getAsDouble();
                a *= each;
                b *= each;
            }
            at = reader.output(0);
            boolean done = isSigmoid ? a == 0 && near(b, 1) : near(a, 0.5) && near(b, 0.5);
            if (times && done) {
                return reader;
            }
        }
        return null;
    }
}
