package ai.tenon.http.internal.server;

/** Configuration of {@code ai.tenon.http}. */
public @interface Settings {
    /** The address to listen on; anything but the loopback interface is open to the network. */
    String host() default "127.0.0.1";

    /** 0 for any free one. The framework property {@code ai.tenon.http.port} wins. */
    int port() default 8080;

    /** Names under which clients may call besides those of the loopback interface and host. */
    String[] hosts() default {};

    /** Requests that are answered at once; at most three quarters of them inference. */
    int threads() default 32;

    /** Longest body of an inference request. */
    int inferBytes() default 64 << 20;

    /** Longest body of any other request. */
    int managementBytes() default 1 << 20;

    /** Longest head of a request. */
    int headerBytes() default 16 << 10;

    /** Direct memory for bodies and tensors of all requests together. */
    long bufferBytes() default 256L << 20;

    /** Most elements of a tensor in a request. */
    int elements() default 64 << 20;

    /** Most dimensions of a tensor in a request. */
    int rank() default 16;

    /** A connection on which nothing moves for so long is closed. */
    int idleMillis() default 30_000;

    /** How long a body may take to arrive, and a binary answer to leave. */
    int bodyMillis() default 60_000;

    /** How long a request may wait for an operation to end. */
    int waitSeconds() default 600;
}
