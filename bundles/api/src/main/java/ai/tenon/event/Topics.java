package ai.tenon.event;

/**
 * Topics of the events that Tenon sends through the OSGi Event Admin service, with their
 * properties.
 */
public final class Topics {
    /**
     * A change took a step; sent synchronously, before the step is done. Properties: {@link
     * #OPERATION}, {@link #KIND}, {@link #STEP}, {@link #MESSAGE}.
     */
    public static final String OPERATION_STEP = "ai/tenon/operation/STEP";

    /**
     * A change ended. Properties: {@link #OPERATION}, {@link #KIND}, {@link #STATE}, {@link
     * #MESSAGE}.
     */
    public static final String OPERATION_ENDED = "ai/tenon/operation/ENDED";

    /**
     * An endpoint changed. Properties: {@link #ENDPOINT}, {@link #STATE}, {@link #BACKEND}, {@link
     * #MESSAGE}.
     */
    public static final String ENDPOINT_CHANGED = "ai/tenon/endpoint/CHANGED";

    /**
     * What an endpoint used before is on its way out. Properties: {@link #ENDPOINT}, {@link
     * #BACKEND}, {@link #STATE} ({@code retired}, {@code collected} or {@code pending}), {@link
     * #MESSAGE}.
     */
    public static final String EXECUTABLE_RETIRED = "ai/tenon/executable/RETIRED";

    public static final String OPERATION = "operation";
    public static final String KIND = "kind";
    public static final String STEP = "step";
    public static final String STATE = "state";
    public static final String ENDPOINT = "endpoint";
    public static final String BACKEND = "backend";
    public static final String MESSAGE = "message";

    private Topics() {}
}
