package ai.tenon.evaluation.internal.room;

import ai.tenon.backend.Backend;
import ai.tenon.evaluation.Metric;
import ai.tenon.model.ModelFormat;
import ai.tenon.optimize.GraphPass;
import ai.tenon.quantize.Quantizer;
import java.util.Set;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** What is here to work with: passes, quantizers, backends, metrics and file formats. */
@Component(service = Room.class)
public final class Room {
    private final Shelf<GraphPass> passes = new Shelf<>("pass", pass -> Set.of(pass.name()));
    private final Shelf<Quantizer> quantizers = new Shelf<>("scheme", Quantizer::schemes);
    private final Shelf<Metric> metrics = new Shelf<>("metric", metric -> Set.of(metric.name()));
    private final Shelf<ModelFormat> formats =
            new Shelf<>("file format", format -> Set.of(format.name()));
    private final Shelf<Backend> backends =
            new Shelf<>("backend", backend -> Set.of(backend.description().name()));

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindPass(ServiceReference<GraphPass> reference, GraphPass pass) {
        passes.add(reference, pass);
    }

    public void unbindPass(ServiceReference<GraphPass> reference) {
        passes.remove(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindQuantizer(ServiceReference<Quantizer> reference, Quantizer quantizer) {
        quantizers.add(reference, quantizer);
    }

    public void unbindQuantizer(ServiceReference<Quantizer> reference) {
        quantizers.remove(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindMetric(ServiceReference<Metric> reference, Metric metric) {
        metrics.add(reference, metric);
    }

    public void unbindMetric(ServiceReference<Metric> reference) {
        metrics.remove(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindFormat(ServiceReference<ModelFormat> reference, ModelFormat format) {
        formats.add(reference, format);
    }

    public void unbindFormat(ServiceReference<ModelFormat> reference) {
        formats.remove(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindBackend(ServiceReference<Backend> reference, Backend backend) {
        backends.add(reference, backend);
    }

    public void unbindBackend(ServiceReference<Backend> reference) {
        backends.remove(reference);
    }

    public Shelf<GraphPass> passes() {
        return passes;
    }

    /** Quantizers by the schemes that they know. */
    public Shelf<Quantizer> quantizers() {
        return quantizers;
    }

    public Shelf<Metric> metrics() {
        return metrics;
    }

    public Shelf<ModelFormat> formats() {
        return formats;
    }

    public Shelf<Backend> backends() {
        return backends;
    }
}
