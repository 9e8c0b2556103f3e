package ai.tenon.cpu.internal.plan;

/** Ways to reduce; numbers as in {@code ops.h}. */
public enum Reduction {
    SUM(0),
    MEAN(1),
    MAX(2),
    MIN(3),
    PROD(4),
    L1(5),
    L2(6),
    SUM_SQUARE(7),
    LOG_SUM(8),
    LOG_SUM_EXP(9);

    private final int number;

    Reduction(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
