package ai.tenon.reference.internal;

import ai.tenon.graph.Datum;
import ai.tenon.graph.ValueType;
import ai.tenon.reference.internal.op.Body;
import ai.tenon.reference.internal.op.Frame;
import java.util.List;

/**
 * A bound graph. Slots are numbered throughout a model, its subgraphs included, so that a subgraph
 * reads the values of the graphs around it where they lie.
 */
record Plan(List<Step> steps, int[] inputs, int[] outputs, List<ValueType> outputTypes)
        implements Body {

    @Override
    public int inputCount() {
        return inputs.length;
    }

    @Override
    public int outputCount() {
        return outputs.length;
    }

    @Override
    public ValueType outputType(int index) {
        return outputTypes.get(index);
    }

    @Override
    public Datum[] run(Datum[] arguments, Frame frame) {
        Datum[] slots = frame.slots();
        for (int i = 0; i < inputs.length && i < arguments.length; i++) {
            slots[inputs[i]] = arguments[i];
        }
        for (Step step : steps) {
            checkStop(step.label(), frame);
            run(step, frame);
        }
        checkStop("the end of the graph", frame);
        Datum[] results = new Datum[outputs.length];
        for (int i = 0; i < results.length; i++) {
            results[i] = slots[outputs[i]];
        }
        return results;
    }

    private static void checkStop(String place, Frame frame) {
        if (frame.control().shouldStop()) {
            throw new StoppedException(place);
        }
    }

    private static void run(Step step, Frame frame) {
        Datum[] slots = frame.slots();
        Datum[] arguments = new Datum[step.inputs().length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = step.inputs()[i] < 0 ? null : slots[step.inputs()[i]];
        }
        Datum[] results;
        try {
            results = step.kernel().run(arguments, frame);
        } catch (StoppedException | NodeException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new NodeException(step.label(), e);
        } catch (OutOfMemoryError e) {
            throw new NodeException(
                    step.label(), new IllegalArgumentException("needs more memory than there is"));
        }
        for (int i = 0; i < step.outputs().length; i++) {
            if (step.outputs()[i] >= 0) {
                slots[step.outputs()[i]] = i < results.length ? results[i] : null;
            }
        }
        for (int slot : step.release()) {
            slots[slot] = null;
        }
    }
}
