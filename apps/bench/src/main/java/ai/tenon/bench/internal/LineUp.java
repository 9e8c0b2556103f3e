package ai.tenon.bench.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who takes part in a measurement: each once, and under a label that no other has. */
final class LineUp {
    private final List<CandidateName> names = new ArrayList<>();

    /**
     * @param texts see {@link CandidateName}
     * @param common true if there is a model for those that name none
     * @throws ManagementException INVALID if one has another form or no model, or two mean the same
     */
    LineUp(List<String> texts, boolean common) throws ManagementException {
        for (String text : texts) {
            CandidateName name = CandidateName.parse(text);
            if (name.model() == null && !common) {
                throw new ManagementException(
                        Kind.INVALID,
                        "'" + text + "' has no model; name one, or write :FILE behind it");
            }
            if (names.stream().anyMatch(name::means)) {
                throw new ManagementException(
                        Kind.INVALID,
                        "each candidate may be named only once, and '"
                                + text
                                + "' was there already");
            }
            names.add(name);
        }
    }

    /**
     * All in the order in which they were named, by label: as they were written, but of a model's
     * path only the end, as much of it as tells the candidate from those that differ in nothing
     * else; at least the file's name.
     */
    Map<String, CandidateName> labelled() {
        Map<String, CandidateName> labelled = new LinkedHashMap<>();
        for (CandidateName name : names) {
            labelled.put(name.model() == null ? name.head() : name.head() + shortest(name), name);
        }
        return labelled;
    }

    private Path shortest(CandidateName name) {
        Path path = name.model().normalize();
        int parts = path.getNameCount();
        for (int used = 1; used < parts; used++) {
            Path end = path.subpath(parts - used, parts);
            if (names.stream()
                            .filter(other -> other.head().equals(name.head()))
                            .filter(other -> other.model().normalize().endsWith(end))
                            .count()
                    == 1) {
                return end;
            }
        }
        return path;
    }
}
