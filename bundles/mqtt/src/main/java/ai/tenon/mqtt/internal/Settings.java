package ai.tenon.mqtt.internal;

/** Configuration {@code ai.tenon.mqtt}. */
public @interface Settings {
    /** {@code tcp://host:port} or {@code ssl://host:port}; empty: MQTT is off. */
    String broker() default "";

    /** Unique on the broker. */
    String clientId() default "";

    String username() default "";

    String password() default "";

    /** Of all topics; empty for {@code tenon/<clientId>}. */
    String prefix() default "";

    /** Between two telemetry messages; 0 for none. */
    int telemetrySeconds() default 1;

    /** Whether whoever may publish to the broker may install code and configure components. */
    boolean allowInstall() default false;
}
