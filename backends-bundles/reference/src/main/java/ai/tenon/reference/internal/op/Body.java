package ai.tenon.reference.internal.op;

import ai.tenon.graph.Datum;
import ai.tenon.graph.ValueType;

/** A bound subgraph, to be run by the kernel of the node that holds it. */
public interface Body {
    /** Number of its formal inputs. */
    int inputCount();

    /** Number of its outputs. */
    int outputCount();

    /** The declared type of an output; null when unknown. */
    ValueType outputType(int index);

    /**
     * Runs it.
     *
     * @param inputs for its formal inputs, by position
     * @param frame of the run; holds what the subgraph reads from the graphs around it
     */
    Datum[] run(Datum[] inputs, Frame frame);
}
