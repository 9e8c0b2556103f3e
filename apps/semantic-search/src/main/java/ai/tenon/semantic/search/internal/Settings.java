package ai.tenon.semantic.search.internal;

/** Configuration {@code ai.tenon.semantic.search}. */
public @interface Settings {
    /**
     * Folder of text; a relative one lies in the gateway's data folder. Empty: nothing to search.
     */
    String folder() default "";

    /** Name of the endpoint that makes embeddings. */
    String endpoint() default "minilm";

    /** The model's tokenizer.json; a relative path starts at the distributions' demo folder. */
    String tokenizer() default "all-minilm-l6-v2-tokenizer.json";

    /** How many passages are indexed at most; what is beyond is left out, and the log says so. */
    int maxPassages() default 5000;

    /** Longest passage in tokens, without the two special ones; at most 254. */
    int passageTokens() default 200;
}
