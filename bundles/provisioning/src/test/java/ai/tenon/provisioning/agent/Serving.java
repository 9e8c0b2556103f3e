package ai.tenon.provisioning.agent;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.model.ModelFormat;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Makes a model and asks an endpoint. */
final class Serving {
    private static final long ENDPOINT_MILLIS = 20_000;

    private Serving() {}

    /** Writes a model that adds its input, four floats, to itself. */
    static String writeModel(BundleContext context, Path file) throws Exception {
        Graph graph = new Graph("twice");
        Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, 4));
        Value y = graph.newValue("y", ValueType.tensor(DataType.FLOAT, 4));
        graph.add("", "Add", "twice", List.of(x, x), List.of(y));
        graph.addOutput(y);
        ServiceReference<ModelFormat> format = context.getServiceReference(ModelFormat.class);
        Model model = new Model(graph);
        model.opsetImports().put("", 17L);
        context.getService(format).write(model, file);
        return "written";
    }

    /** The four answers for 1, 2, 3 and 4, once the endpoint is there. */
    static String infer(BundleContext context, String name) throws Exception {
        long deadline = System.nanoTime() + ENDPOINT_MILLIS * 1_000_000;
        Collection<ServiceReference<Endpoint>> found;
        while ((found =
                        context.getServiceReferences(
                                Endpoint.class, "(" + Endpoint.NAME + "=" + name + ")"))
                .isEmpty()) {
            if (System.nanoTime() > deadline) {
                return "no endpoint";
            }
            Thread.sleep(10);
        }
        try (Call call = context.getService(found.iterator().next()).newCall()) {
            call.input(0, Tensor.ofFloats(new float[] {1, 2, 3, 4}, 4)).run();
            Tensor y = call.output(0);
            return y.buffer().getFloat(0)
                    + " "
                    + y.buffer().getFloat(4)
                    + " "
                    + y.buffer().getFloat(8)
                    + " "
                    + y.buffer().getFloat(12);
        }
    }
}
