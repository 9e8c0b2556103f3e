package ai.tenon.inference;

/** Whether an endpoint answers. */
public enum EndpointState {
    /** Its first deployment is being prepared. */
    PREPARING,
    SERVING,
    /** Nothing can answer; calls fail with UNAVAILABLE and the reason. */
    UNAVAILABLE,
    /** Unloaded on request; calls fail with UNAVAILABLE. */
    UNLOADED
}
