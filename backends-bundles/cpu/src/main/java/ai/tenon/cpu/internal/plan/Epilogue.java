package ai.tenon.cpu.internal.plan;

import ai.tenon.graph.DataType;

/**
 * What becomes of an accumulator before it is stored: {@code tn_epilogue} of {@code ops.h}. Fields
 * are set by whoever makes the instruction; as they come, nothing is done.
 */
public final class Epilogue {
    /** FLOAT[n]; null for none. */
    public Place bias;

    /** FLOAT[n], integer operators only; null for none. */
    public Place scale;

    public Fn fn = Fn.ID;
    public double a;
    public double b;
    public double postMul = 1;
    public double postAdd;
    public Place residual;
    public long residualLd;
    public DataType residualType = DataType.FLOAT;
    public double residualScale = 1;
    public long residualZp;
    public boolean residualFirst;
    public DataType outType = DataType.FLOAT;
    public double outScale = 1;
    public long outZp;

    /** 256 bytes; null for none. */
    public Place lut;

    /** Writes the words of a {@code tn_epilogue}. */
    public Instruction into(Instruction instruction) {
        return instruction
                .read(bias)
                .read(scale)
                .number(fn.number())
                .real(a)
                .real(b)
                .real(postMul)
                .real(postAdd)
                .read(residual)
                .numbers(residualLd, Types.number(residualType))
                .real(residualScale)
                .number(residualZp)
                .flag(residualFirst)
                .number(Types.number(outType))
                .real(1 / outScale)
                .number(outZp)
                .read(lut);
    }
}
