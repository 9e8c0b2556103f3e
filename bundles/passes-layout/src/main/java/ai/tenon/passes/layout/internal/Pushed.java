package ai.tenon.passes.layout.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Value;
import java.util.List;

/**
 * What a node becomes when it works on data in the order before a Transpose.
 *
 * @param inputs null elements for optional inputs left out
 * @param changed attributes that are different
 * @param behind how its results have to be transposed
 */
record Pushed(List<Value> inputs, List<Attribute> changed, Permutation behind) {}
