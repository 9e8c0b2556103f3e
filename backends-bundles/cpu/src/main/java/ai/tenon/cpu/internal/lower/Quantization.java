package ai.tenon.cpu.internal.lower;

/**
 * How UINT8 codes in memory become real numbers: {@code scale * (code - zeroPoint)}.
 *
 * @param zeroPoint that of INT8 codes raised by 128, since all lie in memory as UINT8
 * @param signed whether the model calls the codes INT8: there they are smaller by 128
 */
public record Quantization(double scale, int zeroPoint, boolean signed) {}
