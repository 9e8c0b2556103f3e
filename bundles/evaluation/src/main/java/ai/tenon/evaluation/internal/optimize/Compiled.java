package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.Executable;
import ai.tenon.evaluation.internal.accuracy.Equivalence;
import ai.tenon.evaluation.internal.device.Device;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A model with what was found out about it: compiled, and run on the inputs for checking, when that
 * is needed first. Closing frees the executable; asked for again it is compiled again.
 */
final class Compiled implements AutoCloseable {
    private final Model model;
    private final Device device;
    private final boolean original;
    private Executable executable;
    private List<Map<String, Tensor>> answers;

    private Compiled(Model model, Device device, boolean original) {
        this.model = model;
        this.device = device;
        this.original = original;
    }

    /** The model that came, which is compiled from its file. */
    static Compiled original(Model model, Device device) {
        return new Compiled(model, device, true);
    }

    /** What became of it. */
    static Compiled rewritten(Model model, Device device) {
        return new Compiled(model, device, false);
    }

    /** The model; not to be changed. */
    Model model() {
        return model;
    }

    boolean isOriginal() {
        return original;
    }

    Executable executable() throws BackendException {
        if (executable == null) {
            executable = original ? device.compileOriginal() : device.compile(model);
        }
        return executable;
    }

    List<Map<String, Tensor>> answers(Equivalence equivalence) throws BackendException {
        if (answers == null) {
            answers = equivalence.answers(model);
        }
        return answers;
    }

    @Override
    public void close() {
        if (executable != null) {
            executable.close();
            executable = null;
        }
    }
}
