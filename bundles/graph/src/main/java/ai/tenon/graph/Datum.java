package ai.tenon.graph;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A value of any ONNX type, as it stands in a file or travels between operators. */
public sealed interface Datum
        permits Tensor, Datum.Sparse, Datum.Sequence, Datum.Optional, Datum.Mapping {

    /**
     * A sparse tensor in ONNX's coordinate form.
     *
     * @param values the non-zero values, shape [nnz]
     * @param indices INT64, shape [nnz] (linearised) or [nnz, rank]
     * @param shape the dense shape
     */
    record Sparse(Tensor values, Tensor indices, List<Long> shape) implements Datum {
        public Sparse {
            Objects.requireNonNull(values, "values");
            Objects.requireNonNull(indices, "indices");
            shape = List.copyOf(shape);
        }
    }

    /**
     * A sequence of values of one type.
     *
     * @param elementType the type of every element, known also of an empty sequence; null where the
     *     file does not say
     */
    record Sequence(ValueType elementType, List<Datum> elements) implements Datum {
        public Sequence {
            elements = List.copyOf(elements);
        }
    }

    /**
     * A value that may be absent.
     *
     * @param elementType the type of the value if there were one; null where the file does not say
     * @param value null when absent
     */
    record Optional(ValueType elementType, Datum value) implements Datum {}

    /** A map from an integer or string to a value, of the classical-ML operators. */
    record Mapping(DataType keyType, Map<Object, Datum> entries) implements Datum {
        public Mapping {
            entries = Map.copyOf(entries);
        }
    }
}
