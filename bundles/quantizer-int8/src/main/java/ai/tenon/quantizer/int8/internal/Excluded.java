package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.layer.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Layers that stay as they are because the caller wants it so. */
record Excluded(Set<String> layers, Set<String> classes) {

    /** Why a layer stays as it was; empty if nobody minds. */
    String reason(Layer layer) {
        return layers.contains(layer.id())
                ? "excluded"
                : classes.contains(layer.layerClass())
                        ? "its class " + layer.layerClass() + " is excluded"
                        : "";
    }

    /** A sentence for each name that fits no layer. */
    List<String> unmatched(List<Layer> all) {
        List<String> notes = new ArrayList<>();
        for (String id : layers) {
            if (all.stream().noneMatch(layer -> layer.id().equals(id))) {
                notes.add("The model has no layer '" + id + "' to exclude.");
            }
        }
        for (String name : classes) {
            if (all.stream().noneMatch(layer -> layer.layerClass().equals(name))) {
                notes.add("The model has no layer of class '" + name + "' to exclude.");
            }
        }
        return notes;
    }
}
