package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.reference.internal.ReferenceBackend;

/** A backend that says it runs everything, and does not compile what a pass has marked. */
final class Refusing implements Backend {
    private final Backend reference = new ReferenceBackend();
    private final String mark;

    Refusing(String mark) {
        this.mark = mark;
    }

    @Override
    public BackendDescription description() {
        return BackendDescription.builder("refusing", "this test").build();
    }

    @Override
    public SupportReport support(ModelSource source) {
        return SupportReport.ALL;
    }

    @Override
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        if (source.model().metadata().containsKey(mark)) {
            throw new BackendException(BackendException.ErrorClass.FALLBACK, "not my style");
        }
        return reference.compile(source, options, monitor);
    }
}
