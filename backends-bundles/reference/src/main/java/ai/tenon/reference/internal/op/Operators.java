package ai.tenon.reference.internal.op;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The operators of this backend, by domain and name. */
public final class Operators {
    /** The newest standard operator set whose operators are known here. */
    public static final long LATEST = 28;

    /** The operators of one kind; a new operator is a line in its family. */
    @FunctionalInterface
    public interface Family {
        void register(Operators operators);
    }

    private final Map<String, List<Operator>> byName = new HashMap<>();

    /** All families. */
    public Operators(List<Family> families) {
        families.forEach(family -> family.register(this));
    }

    /** Defines a standard operator. */
    public Operator op(String name) {
        return op("", name);
    }

    /** Defines an operator. */
    public Operator op(String domain, String name) {
        Operator operator = new Operator(domain, name);
        byName.computeIfAbsent(key(domain, name), key -> new ArrayList<>()).add(operator);
        return operator;
    }

    /**
     * The operator that a node means.
     *
     * @throws Unsupported if there is none of that name or version
     */
    public Operator find(String domain, String name, long opset) throws Unsupported {
        List<Operator> candidates = byName.get(key(domain, name));
        if (candidates == null) {
            throw new Unsupported("the operator is not known to the reference backend");
        }
        if (domain.isEmpty() && opset > LATEST) {
            throw new Unsupported("operator set " + opset + " is newer than " + LATEST);
        }
        for (Operator operator : candidates) {
            if (operator.since <= opset && opset <= operator.until) {
                return operator;
            }
        }
        throw new Unsupported("not known as of operator set " + opset);
    }

    /** Names of all operators, sorted, with their domains. */
    public List<String> names() {
        return byName.keySet().stream().sorted().toList();
    }

    private static String key(String domain, String name) {
        return domain.isEmpty() ? name : domain + "." + name;
    }
}
