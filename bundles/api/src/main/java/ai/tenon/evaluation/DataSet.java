package ai.tenon.evaluation;

import java.util.Iterator;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Samples, read one after the other and any number of times: the data need not fit into memory.
 *
 * <p>Iterators throw {@link IllegalArgumentException} for a sample that cannot be read; the message
 * names the file.
 */
@ConsumerType
public interface DataSet extends Iterable<Sample> {
    /** Where the samples come from, for messages and reports. */
    String source();

    /** Number of samples. */
    int size();

    /** The samples in their order. */
    @Override
    Iterator<Sample> iterator();
}
