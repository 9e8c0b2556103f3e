package ai.tenon.graph;

/** The type of a value in a graph: ONNX's {@code TypeProto}. */
public sealed interface ValueType {

    /**
     * A dense tensor.
     *
     * @param elementType null where the file does not say
     * @param shape null when not even the rank is known
     */
    record OfTensor(DataType elementType, Shape shape) implements ValueType {
        @Override
        public String toString() {
            return elementType + (shape == null ? "[...]" : shape.toString());
        }
    }

    /** A sparse tensor; parameters as {@link OfTensor}. */
    record OfSparse(DataType elementType, Shape shape) implements ValueType {}

    /** A sequence of values of one type; null where the file does not say which. */
    record OfSequence(ValueType elementType) implements ValueType {}

    /** A value that may be absent. */
    record OfOptional(ValueType elementType) implements ValueType {}

    /** A map; keys are integers or strings. */
    record OfMap(DataType keyType, ValueType valueType) implements ValueType {}

    /** A type that only its domain understands. */
    record OfOpaque(String domain, String name) implements ValueType {}

    /** The type of a tensor with these lengths, -1 for unknown. */
    static OfTensor tensor(DataType elementType, long... lengths) {
        return new OfTensor(elementType, Shape.of(lengths));
    }
}
