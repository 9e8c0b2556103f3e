package ai.tenon.optimize;

import ai.tenon.graph.Model;
import org.osgi.annotation.versioning.ConsumerType;

/** Rewrites a model into an equivalent one; an OSGi service. Its version is that of its bundle. */
@ConsumerType
public interface GraphPass {
    /** Stable and short, as in {@code conv-batchnorm}. */
    String name();

    /** Largest absolute difference that the rewriting may cause in an output of magnitude 1. */
    double tolerance();

    /** Rewrites {@code model} in place and says what it did. */
    PassResult apply(Model model);
}
