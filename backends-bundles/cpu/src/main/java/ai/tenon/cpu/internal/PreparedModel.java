package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.ModelSource;
import ai.tenon.graph.Model;

/** A prepared model for plans to be made from: prepared when it is asked for, and kept. */
final class PreparedModel implements Plans.Source {
    private final ModelSource source;
    private Prepared prepared;

    /**
     * @param prepared null if nothing has been prepared yet
     */
    PreparedModel(ModelSource source, Prepared prepared) {
        this.source = source;
        this.prepared = prepared;
    }

    @Override
    public Model model() throws BackendException {
        return model(CompileMonitor.SILENT);
    }

    /** As {@link #model()}, and may be cancelled. */
    synchronized Model model(CompileMonitor monitor) throws BackendException {
        if (prepared == null) {
            prepared = new Prepared(source.model());
        }
        return prepared.model(monitor);
    }

    /**
     * Lets the model go, since probably nobody asks for it again: weights that were computed while
     * it was prepared take as much as the packed ones. A model that is in no file stays, since what
     * it could be prepared from again takes as much.
     */
    synchronized void release() {
        if (source.file().isPresent()) {
            prepared = null;
        }
    }
}
