package ai.tenon.core.internal;

/** The core's configuration, PID {@code ai.tenon.core}. */
@interface Settings {
    /**
     * Names of backends, the preferred one first; a backend that is not listed is available, but
     * not adopted by itself.
     */
    String[] backends() default {};

    /**
     * {@code auto} if a model may be cut, so that several backends run a part each; {@code single}
     * if a backend runs the whole model or is not used. Deployments may have a setting of that
     * name.
     */
    String placement() default "auto";

    /** Threads that one inference may use; 0 for as many as there are cores. */
    int threads() default 0;

    /** Inferences that one endpoint runs at the same time; 0 for as many as there are cores. */
    int contexts() default 0;

    /** Calls that may wait for a free context of one endpoint; one more is answered "busy". */
    int queue() default 64;

    /** How long a call may take that sets no timeout, in milliseconds; 0 for ever. */
    long timeoutMillis() default 30_000;

    /** How long a change waits for calls that still run on what was replaced, in milliseconds. */
    long drainMillis() default 10_000;

    /**
     * How long a backend that is being stopped is kept until its endpoints have moved elsewhere, in
     * milliseconds.
     */
    long departMillis() default 10_000;

    /**
     * How long a new backend has to be there before endpoints move to it by themselves, in
     * milliseconds.
     */
    long adoptMillis() default 500;
}
