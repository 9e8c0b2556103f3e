package ai.tenon.mqtt.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.model.ModelVersion;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** How payloads are read, within bounds, and written. */
final class Json {
    /** Of a payload that comes in. */
    static final int MAX_BYTES = 64 << 10;

    private static final int MAX_DEPTH = 16;

    private final ObjectMapper mapper =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(32)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .addMixIn(ModelVersion.class, WithoutFile.class)
                    .build();

    /** Where a model lies on the disk is nobody's business outside. */
    private interface WithoutFile {
        @JsonIgnore
        Path file();
    }

    /**
     * Reads an object; an empty payload is an empty one.
     *
     * @throws ManagementException INVALID if it is none or out of bounds
     */
    ObjectNode object(byte[] payload) throws ManagementException {
        if (payload.length > MAX_BYTES) {
            throw invalid("the payload has more than " + MAX_BYTES + " bytes", null);
        }
        if (payload.length == 0) {
            return mapper.createObjectNode();
        }
        try {
            JsonNode node = mapper.readTree(payload);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw invalid("the payload must be a JSON object", null);
        } catch (JsonProcessingException e) {
            throw invalid("the payload is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw invalid("the payload is no JSON: " + e.getMessage(), e);
        }
    }

    <T> T convert(JsonNode node, Class<T> type) throws JsonProcessingException {
        return mapper.treeToValue(node, type);
    }

    byte[] bytes(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass(), e);
        }
    }

    private static ManagementException invalid(String message, Exception cause) {
        return new ManagementException(ManagementException.Kind.INVALID, message, cause);
    }
}
