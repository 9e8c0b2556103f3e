package ai.tenon.backend;

/** What a compiled blob from a cache is worth on this device. */
public enum BlobVerdict {
    OPTIMAL,
    /** It runs, but compiling again would make it better. */
    PREFER_RECOMPILE,
    /** It does not run here. */
    UNSUPPORTED,
    /** There is none, or this backend keeps none. */
    NOT_APPLICABLE
}
