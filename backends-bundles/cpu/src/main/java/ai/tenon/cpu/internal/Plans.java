package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.Signature;
import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.engine.Program;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.LoweringException;
import ai.tenon.cpu.internal.plan.Plan;
import ai.tenon.cpu.internal.plan.Weights;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.shape.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The plans of one model, one for each set of input shapes that was seen; the oldest go. */
final class Plans implements AutoCloseable {
    private static final int MOST = 32;

    private final String name;
    private final Engine engine;
    private final Source source;
    private final Signature signature;
    private final Weights weights;
    private final Lowering.Options options;
    private final PackedStore store;
    private final Map<Key, Ready> ready = new LinkedHashMap<>(16, 0.75f, true);
    private int kept;
    private boolean closed;

    /** A prepared model, made when it is asked for. */
    interface Source {
        Model model() throws BackendException;
    }

    private record Key(List<List<Long>> shapes) {
        static Key of(long[][] shapes) {
            List<List<Long>> lists = new ArrayList<>();
            for (long[] shape : shapes) {
                lists.add(Arrays.stream(shape).boxed().toList());
            }
            return new Key(lists);
        }
    }

    /** A plan with its code where native code can run it. */
    record Ready(Plan plan, Program program, long[][] inputShapes) {
        boolean fits(Tensor[] inputs) {
            for (int i = 0; i < inputs.length; i++) {
                if (!inputs[i].hasShape(inputShapes[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * @param name of the model, for messages
     * @param source of the model as {@link Preparation} makes it
     * @param store where plans and weights are kept; null if they are not
     */
    Plans(
            String name,
            Engine engine,
            Signature signature,
            Source source,
            Weights weights,
            Lowering.Options options,
            PackedStore store) {
        this.name = name;
        this.engine = engine;
        this.signature = signature;
        this.source = source;
        this.weights = weights;
        this.options = options;
        this.store = store;
        kept = weights.entries().size();
    }

    /** Takes over plans that were kept. */
    synchronized void add(Map<long[][], Plan> plans) {
        plans.forEach(
                (shapes, plan) ->
                        ready.put(
                                Key.of(shapes), new Ready(plan, new Program(plan.code()), shapes)));
    }

    /**
     * The plan for inputs of these shapes, made now if it is new.
     *
     * @throws BackendException if the model cannot run with them; it names the node
     */
    synchronized Ready of(long[][] shapes) throws BackendException {
        if (closed) {
            throw closed();
        }
        Key key = Key.of(shapes);
        Ready known = ready.get(key);
        if (known == null) {
            Plan plan = lower(shapes);
            known = new Ready(plan, new Program(plan.code()), shapes);
            ready.put(key, known);
            forgetOldest();
            keep();
        }
        return known;
    }

    /** Writes what is new to the file, unless only a plan is: it is made again as quickly. */
    private void keep() {
        int packed = weights.entries().size();
        if (store == null || packed == kept) {
            return;
        }
        kept = packed;
        Map<long[][], Plan> plans = new LinkedHashMap<>();
        ready.values().forEach(each -> plans.put(each.inputShapes(), each.plan()));
        store.keep(weights, signature, plans);
    }

    private void forgetOldest() {
        Iterator<Ready> oldest = ready.values().iterator();
        while (ready.size() > MOST) {
            oldest.next().program().release();
            oldest.remove();
        }
    }

    private Plan lower(long[][] shapes) throws BackendException {
        return lower(name, engine, source.model(), shapes, weights, options);
    }

    /** The plan of a prepared model for inputs of these shapes. */
    static Plan lower(
            String name,
            Engine engine,
            Model model,
            long[][] shapes,
            Weights weights,
            Lowering.Options options)
            throws BackendException {
        Model copy = model.copy();
        List<Value> inputs = copy.graph().requiredInputs();
        for (int i = 0; i < inputs.size(); i++) {
            Value input = inputs.get(i);
            input.setType(ValueType.tensor(input.tensorType().elementType(), shapes[i]));
        }
        forgetShapes(copy);
        try {
            return new Lowering(engine, copy, weights, options).lower();
        } catch (LoweringException e) {
            String node = e.node() == null ? "" : ", node " + e.node().label();
            throw new BackendException(
                    ErrorClass.FALLBACK, "model '" + name + "'" + node + ": " + e.getMessage(), e);
        } catch (ShapeException e) {
            throw new BackendException(
                    ErrorClass.INVALID_INPUT,
                    "model '" + name + "' does not run with these shapes: " + e.getMessage(),
                    e);
        }
    }

    /** What the model declares of values inside may be of other shapes than those at hand. */
    private static void forgetShapes(Model model) {
        for (Value value : model.graph().values()) {
            if (value.producer() != null && value.tensorType() != null) {
                value.setType(new ValueType.OfTensor(value.tensorType().elementType(), null));
            }
        }
    }

    BackendException closed() {
        return new BackendException(
                ErrorClass.RECOMPILE, "the executable of model '" + name + "' is closed");
    }

    Weights weights() {
        return weights;
    }

    Engine engine() {
        return engine;
    }

    String name() {
        return name;
    }

    @Override
    public synchronized void close() {
        closed = true;
        ready.values().forEach(each -> each.program().release());
        ready.clear();
    }
}
