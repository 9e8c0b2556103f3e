package ai.tenon.http.internal.web;

import ai.tenon.model.ModelVersion;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;

/** How JSON is read and written here; both objects are safe for use by any number of threads. */
public final class Json {
    /** Deeper than any tensor or request that makes sense. */
    private static final int DEPTH = 32;

    private static final int NUMBER_CHARACTERS = 400;
    private static final int NAME_CHARACTERS = 4096;

    private final JsonFactory streams;
    private final ObjectMapper objects;

    /**
     * @param stringCharacters the longest string that is read
     */
    public Json(int stringCharacters) {
        streams =
                ((JsonFactoryBuilder) JsonFactory.builder())
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(DEPTH)
                                        .maxNumberLength(NUMBER_CHARACTERS)
                                        .maxNameLength(NAME_CHARACTERS)
                                        .maxStringLength(stringCharacters)
                                        .build())
                        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                        // Python's json.dumps writes NaN and Infinity bare
                        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                        .build();
        objects =
                JsonMapper.builder(streams)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .addMixIn(ModelVersion.class, WithoutFile.class)
                        .build();
    }

    /** For streams of tokens. */
    public JsonFactory streams() {
        return streams;
    }

    /** For records and trees. */
    public ObjectMapper objects() {
        return objects;
    }

    /** Where a model lies on the disk is nobody's business outside. */
    private interface WithoutFile {
        @JsonIgnore
        Path file();
    }
}
