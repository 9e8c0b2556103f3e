package ai.tenon.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A model-local function: an operator whose meaning is a graph of other operators ({@code
 * FunctionProto}).
 *
 * @param attributeNames attributes that a caller must or may give, without defaults
 * @param attributeDefaults attributes with defaults
 * @param body inputs and outputs are the function's; initializers do not occur
 * @param opsetImports domain to version
 * @param docString null when absent
 */
public record Function(
        String domain,
        String name,
        String overload,
        List<String> attributeNames,
        List<Attribute> attributeDefaults,
        Map<String, Long> opsetImports,
        Graph body,
        String docString) {
    public Function {
        Objects.requireNonNull(body, "body");
        attributeNames = List.copyOf(attributeNames);
        attributeDefaults = List.copyOf(attributeDefaults);
        opsetImports = new LinkedHashMap<>(opsetImports);
    }
}
