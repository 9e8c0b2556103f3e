package ai.tenon.quantizer.weights.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.layer.Layer;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizedLayer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries out a plan. */
final class Conversion {
    /** Memory for products of inputs during one pass over the calibration data. */
    private static final long PRODUCTS_BYTES = 128L << 20;

    /** Above, factoring would take more memory than a device like this should give. */
    private static final int LONGEST_COMPENSATED = 8192;

    private final Model model;
    private final Settings settings;
    private final Optional<Calibration> calibration;
    private final CompileMonitor monitor;
    private final Form operator;
    private final Form dequantized;
    private final TableForm table;

    Conversion(
            Model model,
            Settings settings,
            Optional<Calibration> calibration,
            CompileMonitor monitor) {
        this.model = model;
        this.settings = settings;
        this.calibration = calibration;
        this.monitor = monitor;
        this.operator = new MatMulForm(model, settings.accuracyLevel());
        this.dequantized =
                settings.format().bits() == 4 ? new LinearForm() : new FunctionForm(model);
        this.table =
                settings.embeddingBits() == 0
                        ? null
                        : new TableForm(model, settings.embeddingBits());
    }

    /** The operator set that the result needs. */
    long opset(Plan plan) {
        return plan.groups().stream().mapToLong(group -> form(group).opset()).max().orElse(0);
    }

    /** Quantizes what is planned; answers for all layers, in the model's order. */
    List<QuantizedLayer> run(Plan plan) throws BackendException {
        Map<Layer, QuantizedLayer> results = new HashMap<>();
        plan.kept().forEach((layer, reason) -> results.put(layer, report(layer, "", reason, 0)));
        List<List<Layer>> groups = plan.groups();
        int done = 0;
        for (List<List<Layer>> batch : Batches.of(groups, this::isCompensated, PRODUCTS_BYTES)) {
            InputProducts products = products(batch);
            for (List<Layer> group : batch) {
                monitor.check();
                monitor.progress(group.get(0).id(), done++ / (double) groups.size());
                results.putAll(quantize(group, products));
            }
        }
        return plan.layers().stream().map(results::get).toList();
    }

    private InputProducts products(List<List<Layer>> batch) throws BackendException {
        List<Layer> layers =
                batch.stream().map(group -> group.get(0)).filter(this::isCompensated).toList();
        return layers.isEmpty() ? null : InputProducts.of(model, layers, calibration.orElseThrow());
    }

    private boolean isCompensated(Layer layer) {
        return method(layer).equals("gptq");
    }

    /** The method for one layer: the products that GPTQ needs are gathered for matrices only. */
    private String method(Layer layer) {
        String operator = layer.node().opType();
        if (operator.equals("Gather")) {
            return "rtn";
        }
        boolean possible =
                (operator.equals("MatMul") || operator.equals("Gemm"))
                        && layer.node().intAttribute("transA", 0) == 0
                        && layer.length() <= LONGEST_COMPENSATED;
        boolean refined =
                settings.format().bits() > 1
                        && settings.format().granularity() != Format.Granularity.PER_TENSOR;
        return !settings.method().equals("gptq") || possible
                ? settings.method()
                : refined ? "hqq" : "rtn";
    }

    private Map<Layer, QuantizedLayer> quantize(List<Layer> group, InputProducts products)
            throws BackendException {
        Layer first = group.get(0);
        Form form = form(group);
        Format format = form == table ? table.format() : settings.format();
        WeightMatrix weights = new WeightMatrix(first);
        String method = method(first);
        Optional<Rounding> rounding =
                rounding(method, format, new Scales(format, weights), first, products);
        Map<Layer, QuantizedLayer> results = new HashMap<>();
        if (rounding.isEmpty()) {
            String reason = "its inputs are not finite over the calibration data";
            group.forEach(layer -> results.put(layer, report(layer, "", reason, 0)));
            return results;
        }
        QuantizedMatrix matrix = QuantizedMatrix.of(weights, format, rounding.get(), monitor);
        String treatment = format.words() + ", " + method + ", " + form.words();
        // said before the layers' nodes are replaced
        group.forEach(layer -> results.put(layer, report(layer, treatment, "", 0)));
        long bytes = form.apply(group, matrix);
        results.replaceAll((layer, report) -> withBytes(report, bytes));
        return results;
    }

    private Optional<Rounding> rounding(
            String method, Format format, Scales scales, Layer layer, InputProducts products) {
        return switch (method) {
            case "gptq" ->
                    CompensatingRounding.of(
                            format,
                            scales,
                            products.get(layer),
                            Math.toIntExact(layer.length()),
                            settings.dampening(),
                            settings.actOrder());
            case "hqq" -> Optional.of(new HalfQuadraticRounding(format, scales));
            default -> Optional.of(new NearestRounding(format, scales));
        };
    }

    private Form form(List<Layer> group) {
        if (group.get(0).node().opType().equals("Gather")) {
            return table;
        }
        return settings.operator() && group.stream().allMatch(operator::accepts)
                ? operator
                : dequantized;
    }

    private static QuantizedLayer report(
            Layer layer, String treatment, String reason, long bytesAfter) {
        long bytes = layer.weights().byteSize();
        return new QuantizedLayer(
                layer.id(),
                layer.node().name(),
                layer.layerClass(),
                treatment,
                reason,
                layer.length(),
                bytes,
                treatment.isEmpty() ? bytes : bytesAfter);
    }

    private static QuantizedLayer withBytes(QuantizedLayer report, long bytesAfter) {
        return new QuantizedLayer(
                report.output(),
                report.name(),
                report.layerClass(),
                report.treatment(),
                report.reason(),
                report.length(),
                report.bytesBefore(),
                bytesAfter);
    }
}
