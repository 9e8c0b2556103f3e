package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** An operator in a range of operator set versions, and how it is bound to a node. */
public final class Operator {
    /** Binds an operator to a node. */
    @FunctionalInterface
    public interface Factory {
        Kernel bind(Call call) throws Unsupported;
    }

    /** Binds an operator of tensors with one output. */
    @FunctionalInterface
    public interface FactoryOfOne {
        Kernel.OfOne bind(Call call) throws Unsupported;
    }

    /** Binds an operator of tensors with several outputs. */
    @FunctionalInterface
    public interface FactoryOfMany {
        Kernel.OfMany bind(Call call) throws Unsupported;
    }

    final String domain;
    final String name;
    long since = 1;
    long until = Long.MAX_VALUE;
    private Set<DataType> types = Types.ANY;
    private final Map<Integer, Set<DataType>> inputTypes = new HashMap<>();
    private Factory factory;

    Operator(String domain, String name) {
        this.domain = domain;
        this.name = name;
    }

    /** The first version that means this. */
    public Operator since(long version) {
        since = version;
        return this;
    }

    /** The last version that means this. */
    public Operator until(long version) {
        until = version;
        return this;
    }

    /** The types of all inputs that {@link #input} says nothing about. */
    public Operator types(Set<DataType> accepted) {
        types = accepted;
        return this;
    }

    /** The types of the input at {@code index}. */
    public Operator input(int index, Set<DataType> accepted) {
        inputTypes.put(index, accepted);
        return this;
    }

    /** How it is bound. */
    public void bind(Factory how) {
        factory = how;
    }

    /** How an operator of tensors with one output is bound. */
    public void one(FactoryOfOne how) {
        factory =
                call -> {
                    Kernel.OfOne kernel = how.bind(call);
                    return Kernel.of(kernel);
                };
    }

    /** How an operator of tensors with several outputs is bound. */
    public void many(FactoryOfMany how) {
        factory =
                call -> {
                    Kernel.OfMany kernel = how.bind(call);
                    return Kernel.ofMany(kernel);
                };
    }

    /**
     * Binds this operator to a node.
     *
     * @throws Unsupported with the reason: a type, an attribute or a value of one
     */
    public Kernel bind(Call call) throws Unsupported {
        for (int i = 0; i < call.inputCount(); i++) {
            DataType type = call.inputType(i);
            Set<DataType> accepted = inputTypes.getOrDefault(i, types);
            if (type != null && !accepted.contains(type)) {
                throw new Unsupported("input " + i + " is " + type + ", not one of " + accepted);
            }
        }
        Kernel kernel;
        try {
            kernel = factory.bind(call);
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            throw new Unsupported("an attribute does not fit: " + e.getMessage());
        }
        if (!call.unread().isEmpty()) {
            throw new Unsupported("attributes " + call.unread() + " are not known here");
        }
        return kernel;
    }
}
