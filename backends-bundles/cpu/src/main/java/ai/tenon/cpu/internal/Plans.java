package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.Signature;
import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.engine.Pages;
import ai.tenon.cpu.internal.engine.Program;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.LoweringException;
import ai.tenon.cpu.internal.plan.Holding;
import ai.tenon.cpu.internal.plan.Plan;
import ai.tenon.cpu.internal.plan.Weights;
import ai.tenon.cpu.internal.rules.Operators;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.shape.ShapeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The plans of one model, one for each set of input shapes that was seen. Those that were used
 * longest ago go where they become too many.
 */
final class Plans implements AutoCloseable {
    /** So many plans are kept whatever they take. */
    private static final int LEAST = 32;

    /** More are kept while all of them together take no more bytes than that. */
    private static final long ROOM = 16L << 20;

    /** What a step takes beside its code, more or less: names and numbers for people. */
    private static final int STEP_BYTES = 160;

    private final String name;
    private final Engine engine;
    private final Source source;
    private final Signature signature;
    private final Weights weights;
    private final Lowering.Options options;
    private final PackedStore store;
    private final Map<Key, Ready> ready = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private int[] places;
    private int kept;
    private boolean closed;

    /** A prepared model, made when it is asked for. */
    interface Source {
        Model model() throws BackendException;
    }

    /**
     * Shapes of all inputs, and contents of those that choose branches. Equality is written out
     * since the one that the compiler makes is kept by the virtual machine beyond the bundle, and
     * with it the bundle's classes and native library.
     */
    private record Key(List<List<Long>> shapes, List<ByteBuffer> contents) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && shapes.equals(key.shapes)
                    && contents.equals(key.contents);
        }

        @Override
        public int hashCode() {
            return 31 * shapes.hashCode() + contents.hashCode();
        }

        static Key of(long[][] shapes, Tensor[] controls) {
            List<List<Long>> lists = new ArrayList<>();
            for (long[] shape : shapes) {
                lists.add(Arrays.stream(shape).boxed().toList());
            }
            List<ByteBuffer> contents = new ArrayList<>();
            for (Tensor control : controls) {
                contents.add(control.buffer().duplicate());
            }
            return new Key(lists, contents);
        }
    }

    /**
     * A plan with its code where native code can run it.
     *
     * @param places of inputs that choose branches, and {@code controls} what they held
     * @param bytes that it takes, about
     */
    record Ready(
            Plan plan,
            Program program,
            long[][] inputShapes,
            int[] places,
            Tensor[] controls,
            long bytes) {
        boolean fits(Tensor[] inputs) {
            for (int i = 0; i < places.length; i++) {
                if (!Controls.same(controls[i], inputs[places[i]])) {
                    return false;
                }
            }
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
        kept = weights.packings();
    }

    /** Takes over plans that were kept. */
    synchronized void add(Map<long[][], Plan> plans) {
        Tensor[] none = new Tensor[0];
        plans.forEach(
                (shapes, plan) ->
                        ready.put(
                                Key.of(shapes, none),
                                new Ready(
                                        plan,
                                        new Program(plan.code(), () -> {}),
                                        shapes,
                                        new int[0],
                                        none,
                                        bytes(plan))));
        plans.values().forEach(plan -> bytes += bytes(plan));
    }

    /**
     * The plan for these inputs, made now if it is new. Its program has a user more, so that it
     * outlives being forgotten.
     *
     * @throws BackendException if the model cannot run with them; it names the node
     */
    Ready of(Tensor[] inputs) throws BackendException {
        long[][] shapes = new long[inputs.length][];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = inputs[i].shape();
        }
        int[] places = controlPlaces();
        Tensor[] controls = new Tensor[places.length];
        for (int i = 0; i < places.length; i++) {
            controls[i] = Controls.copy(inputs[places[i]]);
        }
        synchronized (this) {
            Ready found = of(shapes, places, controls);
            found.program().retain();
            return found;
        }
    }

    /** The plan for inputs of these shapes; null if their contents matter too. */
    Ready of(long[][] shapes) throws BackendException {
        return controlPlaces().length > 0 ? null : of(shapes, new int[0], new Tensor[0]);
    }

    private synchronized int[] controlPlaces() throws BackendException {
        if (places == null) {
            // what was kept was kept because contents do not matter
            places =
                    store != null && store.kept() != null
                            ? new int[0]
                            : Controls.of(source.model());
        }
        return places;
    }

    private synchronized Ready of(long[][] shapes, int[] at, Tensor[] controls)
            throws BackendException {
        if (closed) {
            throw closed();
        }
        Key key = Key.of(shapes, controls);
        Ready known = ready.get(key);
        if (known == null) {
            known = make(shapes, at, controls);
            ready.put(key, known);
            bytes += known.bytes();
            forgetOldest();
            keep();
        }
        return known;
    }

    private Ready make(long[][] shapes, int[] at, Tensor[] controls) throws BackendException {
        Holding holding = weights.hold();
        try {
            Model model = source.model();
            int before = weights.packings();
            Plan plan = lower(name, engine, model, shapes, at, controls, holding, options);
            if (weights.packings() != before) {
                Pages.release(model);
            }
            Program program = new Program(plan.code(), holding::close);
            long taken = bytes(plan) + holding.bytes();
            return new Ready(plan, program, shapes, at, controls, taken);
        } catch (BackendException | RuntimeException | Error e) {
            holding.close();
            throw e;
        }
    }

    /** Writes what is new to the file, unless only a plan is: it is made again as quickly. */
    private void keep() {
        int packed = weights.packings();
        if (store == null || packed == kept || places.length > 0) {
            return;
        }
        kept = packed;
        Map<long[][], Plan> plans = new LinkedHashMap<>();
        ready.values().forEach(each -> plans.put(each.inputShapes(), each.plan()));
        store.keep(weights, signature, plans);
    }

    private void forgetOldest() {
        Iterator<Ready> each = ready.values().iterator();
        while (ready.size() > LEAST && bytes > ROOM) {
            Ready oldest = each.next();
            each.remove();
            bytes -= oldest.bytes();
            oldest.program().release();
        }
    }

    /** What a plan takes, its code here and in native memory, and its steps. */
    private static long bytes(Plan plan) {
        return 2L * Long.BYTES * plan.code().length + (long) STEP_BYTES * plan.steps().size();
    }

    /**
     * The plan of a prepared model for inputs of these shapes.
     *
     * @param places of inputs whose contents are known, and {@code controls} what they hold
     */
    static Plan lower(
            String name,
            Engine engine,
            Model model,
            long[][] shapes,
            int[] places,
            Tensor[] controls,
            Holding weights,
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
            Lowering lowering = new Lowering(engine, copy, weights, options, Operators.RULES);
            for (int i = 0; i < places.length; i++) {
                lowering.know(inputs.get(places[i]), controls[i]);
            }
            return lowering.lower();
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
