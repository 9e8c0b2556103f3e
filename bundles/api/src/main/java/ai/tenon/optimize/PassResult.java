package ai.tenon.optimize;

import java.util.List;

/**
 * What a pass did.
 *
 * @param changes number of places rewritten; 0 means that the model is as it was
 * @param notes a sentence per thing worth telling
 */
public record PassResult(int changes, List<String> notes) {
    public PassResult {
        notes = List.copyOf(notes);
    }
}
