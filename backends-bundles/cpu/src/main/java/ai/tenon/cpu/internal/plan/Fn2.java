package ai.tenon.cpu.internal.plan;

/** Functions of two numbers; numbers as in {@code ops.h}. */
public enum Fn2 {
    ADD(0),
    SUB(1),
    MUL(2),
    DIV(3),
    MAX(4),
    MIN(5),
    POW(6),
    PRELU(7),
    MOD(8),
    FMOD(9),
    EQUAL(16),
    LESS(17),
    LESS_EQUAL(18),
    GREATER(19),
    GREATER_EQUAL(20),
    AND(21),
    OR(22),
    XOR(23);

    private final int number;

    Fn2(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
