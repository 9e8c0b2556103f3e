package ai.tenon.onnx.internal;

import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.FunctionProto;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.NodeProto;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.StringStringEntryProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds the locations of external data, wherever in a model a tensor may stand. */
final class ExternalFiles {
    private final Set<String> found = new TreeSet<>();

    /**
     * The locations, sorted, each once; not those of training, which nobody reads. The parser has
     * bounded how deep the model is nested.
     */
    List<String> in(ModelProto model) {
        visit(model.getGraph());
        for (FunctionProto function : model.getFunctionsList()) {
            function.getNodeList().forEach(this::visit);
            function.getAttributeProtoList().forEach(this::visit);
        }
        return List.copyOf(found);
    }

    private void visit(GraphProto graph) {
        graph.getInitializerList().forEach(this::visit);
        graph.getSparseInitializerList().forEach(this::visit);
        graph.getNodeList().forEach(this::visit);
    }

    private void visit(NodeProto node) {
        node.getAttributeList().forEach(this::visit);
    }

    private void visit(AttributeProto attribute) {
        visit(attribute.getT());
        attribute.getTensorsList().forEach(this::visit);
        visit(attribute.getSparseTensor());
        attribute.getSparseTensorsList().forEach(this::visit);
        if (attribute.hasG()) {
            visit(attribute.getG());
        }
        attribute.getGraphsList().forEach(this::visit);
    }

    private void visit(SparseTensorProto tensor) {
        visit(tensor.getValues());
        visit(tensor.getIndices());
    }

    private void visit(TensorProto tensor) {
        if (tensor.getDataLocation() == TensorReader.EXTERNAL) {
            for (StringStringEntryProto entry : tensor.getExternalDataList()) {
                if (entry.getKey().equals("location")) {
                    found.add(entry.getValue());
                }
            }
        }
    }
}
