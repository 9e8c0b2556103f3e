package ai.tenon.reference.internal;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendDescription.QuantizationInput;
import ai.tenon.backend.BackendDescription.Trait;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.KnownSettings;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import ai.tenon.graph.Model;
import ai.tenon.reference.internal.ReferenceExecutable.Bound;
import ai.tenon.reference.internal.op.Families;
import ai.tenon.reference.internal.op.Operators;
import org.osgi.service.component.annotations.Component;

/** Runs models in plain Java on the caller's thread: slow, portable, and made to be right. */
@Component(immediate = true)
public final class ReferenceBackend implements Backend {
    private static final String NAME = "reference";
    private static final BackendDescription DESCRIPTION =
            BackendDescription.builder(NAME, "CPU (" + System.getProperty("os.arch") + ", Java)")
                    .settings(KnownSettings.NONE)
                    .trait(Trait.CANCEL)
                    .trait(Trait.PARALLEL_CONTEXTS)
                    .quantizationInput(QuantizationInput.ACCEPTS_QDQ)
                    .build();

    private final Operators operators = new Operators(Families.ALL);

    @Override
    public BackendDescription description() {
        return DESCRIPTION;
    }

    @Override
    public SupportReport support(ModelSource source) throws BackendException {
        Model model = source.model();
        try {
            Signature.of(model);
            Binder binder = new Binder(model, operators, CompileMonitor.SILENT);
            binder.bind();
            return new SupportReport(binder.unsupported(), "");
        } catch (BackendException e) {
            if (e.errorClass() == ErrorClass.FALLBACK) {
                return SupportReport.refused(e.getMessage());
            }
            throw e;
        }
    }

    @Override
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        KnownSettings.NONE.require(NAME, source, options);
        Signature signature = Signature.of(source.model());
        Binder binder = new Binder(source.model(), operators, monitor);
        Bound bound = binder.bind();
        SupportReport report = new SupportReport(binder.unsupported(), "");
        if (!report.isComplete()) {
            throw new BackendException(
                    ErrorClass.FALLBACK,
                    "model '"
                            + source.name()
                            + "' has nodes that the reference backend does not run: "
                            + String.join("; ", report.reasons()));
        }
        return new ReferenceExecutable(source.name(), signature, bound);
    }
}
