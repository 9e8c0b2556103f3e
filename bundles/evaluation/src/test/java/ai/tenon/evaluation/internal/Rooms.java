package ai.tenon.evaluation.internal;

import ai.tenon.backend.Backend;
import ai.tenon.backend.ModelSource;
import ai.tenon.evaluation.Metric;
import ai.tenon.evaluation.internal.metric.Cosine;
import ai.tenon.evaluation.internal.metric.Rmse;
import ai.tenon.evaluation.internal.metric.Sqnr;
import ai.tenon.evaluation.internal.metric.Top1;
import ai.tenon.evaluation.internal.metric.TopAgreement;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.graph.Model;
import ai.tenon.model.ModelFormat;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.optimize.GraphPass;
import ai.tenon.quantize.Quantizer;
import ai.tenon.reference.internal.ReferenceBackend;
import java.util.List;

/** Rooms with furniture: the reference backend, ONNX and the standard metrics. */
public final class Rooms {
    private Rooms() {}

    /** A room with these passes more. */
    public static Room with(GraphPass... passes) {
        Room room = new Room();
        room.bindFormat(References.of("1.0.0"), onnx());
        bind(room, new ReferenceBackend());
        for (Metric metric :
                List.of(new Top1(), new TopAgreement(), new Cosine(), new Sqnr(), new Rmse())) {
            room.bindMetric(References.of("1.0.0"), metric);
        }
        for (GraphPass pass : passes) {
            room.bindPass(References.of("1.0.0"), pass);
        }
        return room;
    }

    /** One more backend. */
    public static void bind(Room room, Backend backend) {
        room.bindBackend(References.of("1.0.0"), backend);
    }

    /** One more quantizer. */
    public static void bind(Room room, Quantizer quantizer) {
        room.bindQuantizer(References.of("1.0.0"), quantizer);
    }

    /** The ONNX format. */
    public static ModelFormat onnx() {
        return new OnnxFormat();
    }

    /** A model as a source. */
    public static ModelSource source(Model model) {
        return ModelSource.ofModel(model.graph().name(), "0f", model, onnx());
    }
}
