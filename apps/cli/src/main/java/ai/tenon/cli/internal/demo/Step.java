package ai.tenon.cli.internal.demo;

/** One thing that the demo does and checks. */
interface Step {
    /** What people see, as in {@code swap to reference}. */
    String name();

    /**
     * Does it, and returns once its effect has been seen.
     *
     * @throws Exception if it does not hold, with a sentence
     */
    void run(Scene scene) throws Exception;
}
