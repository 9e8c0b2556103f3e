package ai.tenon.onnx.internal;

/**
 * What can be known of the messages in {@code onnx.proto} without parsing them: which of their
 * fields hold messages, texts, lists of numbers, or weights. Fields that are not listed are plain
 * bytes or numbers here.
 */
enum Schema {
    // number:name:MESSAGE for a message, number:name for a text, name[] if there may be several,
    // number*factor for a packed list that takes factor times its size on the heap, number! for
    // weights.
    MODEL(
            "2:producer_name 3:producer_version 4:domain 6:doc_string 7:graph:GRAPH"
                    + " 8:opset_import[]:OPSET 14:metadata_props[]:ENTRY 25:functions[]:FUNCTION"
                    + " 26:configuration[]:DEVICES"),
    OPSET("1:domain"),
    ENTRY("1:key 2:value"),
    GRAPH(
            "1:node[]:NODE 2:name 5:initializer[]:TENSOR 10:doc_string 11:input[]:VALUE 12:output[]:VALUE"
                    + " 13:value_info[]:VALUE 14:quantization_annotation[]:ANNOTATION"
                    + " 15:sparse_initializer[]:SPARSE 16:metadata_props[]:ENTRY"),
    FUNCTION(
            "1:name 4:input[] 5:output[] 6:attribute[] 7:node[]:NODE 8:doc_string 9:opset_import[]:OPSET"
                    + " 10:domain 11:attribute_proto[]:ATTRIBUTE 12:value_info[]:VALUE 13:overload"
                    + " 14:metadata_props[]:ENTRY"),
    NODE(
            "1:input[] 2:output[] 3:name 4:op_type 5:attribute[]:ATTRIBUTE 6:doc_string 7:domain"
                    + " 8:overload 9:metadata_props[]:ENTRY 10:device_configurations[]:NODE_DEVICES"),
    ATTRIBUTE(
            "1:name 5:t:TENSOR 6:g:GRAPH 7*8 8*40 10:tensors[]:TENSOR 11:graphs[]:GRAPH 13:doc_string"
                    + " 14:tp:TYPE 15:type_protos[]:TYPE 21:ref_attr_name 22:sparse_tensor:SPARSE"
                    + " 23:sparse_tensors[]:SPARSE"),
    VALUE("1:name 2:type:TYPE 3:doc_string 4:metadata_props[]:ENTRY"),
    TYPE(
            "1:tensor_type:TENSOR_TYPE 4:sequence_type:NESTED_TYPE 5:map_type:MAP_TYPE 6:denotation"
                    + " 7:opaque_type:OPAQUE_TYPE 8:sparse_tensor_type:TENSOR_TYPE"
                    + " 9:optional_type:NESTED_TYPE"),
    TENSOR_TYPE("2:shape:SHAPE"),
    NESTED_TYPE("1:elem_type:TYPE"),
    MAP_TYPE("2:value_type:TYPE"),
    OPAQUE_TYPE("1:domain 2:name"),
    SHAPE("1:dim[]:DIMENSION"),
    DIMENSION("2:dim_param 3:denotation"),
    TENSOR(
            "1*40 3:segment:SEGMENT 4*3 5*8 7*16 8:name 9! 10*3 11*16 12:doc_string"
                    + " 13:external_data[]:ENTRY 16:metadata_props[]:ENTRY"),
    SEGMENT(""),
    SPARSE("1:values:TENSOR 2:indices:TENSOR 3*40"),
    ANNOTATION("1:tensor_name 2:quant_parameter_tensor_names[]:ENTRY"),
    DEVICES("1:name 3:device[]"),
    NODE_DEVICES("1:configuration_id 2:sharding_spec[]:SHARDING"),
    SHARDING(
            "1:tensor_name 2*16 3:index_to_device_group_map[]:DEVICE_GROUP 4:sharded_dim[]:SHARDED_DIM"),
    DEVICE_GROUP("2*16"),
    SHARDED_DIM("2:simple_sharding[]:SIMPLE_SHARDED_DIM"),
    SIMPLE_SHARDED_DIM("2:dim_param"),
    SEQUENCE(
            "1:name 3:tensor_values[]:TENSOR 4:sparse_tensor_values[]:SPARSE 5:sequence_values[]:SEQUENCE"
                    + " 6:map_values[]:MAP 7:optional_values[]:OPTIONAL"),
    MAP("1:name 3*40 5:values:SEQUENCE"),
    OPTIONAL(
            "1:name 3:tensor_value:TENSOR 4:sparse_tensor_value:SPARSE 5:sequence_value:SEQUENCE"
                    + " 6:map_value:MAP 7:optional_value:OPTIONAL");

    /**
     * One field.
     *
     * @param repeated true if there may be several
     * @param message what it holds, if that is a message; otherwise null
     * @param heapFactor how many times its size a list of numbers takes on the heap
     */
    record Field(String name, boolean repeated, Schema message, int heapFactor) {
        /** The weights of a tensor. */
        static final Field WEIGHTS = new Field("raw_data", false, null, 0);

        boolean isText() {
            return message == null && heapFactor == 1;
        }
    }

    /** More than the highest number of a listed field. */
    static final int FIELDS = 27;

    private final String text;
    private final Field[] fields = new Field[FIELDS];

    Schema(String text) {
        this.text = text;
    }

    static {
        for (Schema schema : values()) {
            schema.parse();
        }
    }

    /** What is known of a field; null if nothing is. */
    Field field(int number) {
        return number < FIELDS ? fields[number] : null;
    }

    private void parse() {
        for (String word : text.isEmpty() ? new String[0] : text.split(" ")) {
            String[] parts = word.split("[:*!]", -1);
            fields[Integer.parseInt(parts[0])] = field(word, parts);
        }
    }

    private static Field field(String word, String[] parts) {
        if (word.endsWith("!")) {
            return Field.WEIGHTS;
        }
        if (word.contains("*")) {
            return new Field("numbers", true, null, Integer.parseInt(parts[1]));
        }
        boolean repeated = parts[1].endsWith("[]");
        String name = repeated ? parts[1].substring(0, parts[1].length() - 2) : parts[1];
        return new Field(name, repeated, parts.length == 2 ? null : valueOf(parts[2]), 1);
    }
}
