package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;

/** A copy of a model on its way to being prepared: of the newest operator set, or all done. */
final class Prepared {
    private Model raised;
    private Model model;

    /**
     * @param model as it came
     * @throws BackendException of class FALLBACK if its operators are of a set that is not known
     */
    Prepared(Model model) throws BackendException {
        raised = Preparation.raised(model);
    }

    /** The model as far as it has been prepared. */
    synchronized Model raised() {
        return model == null ? raised : model;
    }

    /**
     * The model ready to be lowered.
     *
     * @throws BackendException of class CANCELLED if the monitor says so, and then this one is of
     *     no more use
     */
    synchronized Model model(CompileMonitor monitor) throws BackendException {
        if (model == null) {
            Preparation.finish(raised, monitor);
            model = raised;
            raised = null;
        }
        return model;
    }
}
