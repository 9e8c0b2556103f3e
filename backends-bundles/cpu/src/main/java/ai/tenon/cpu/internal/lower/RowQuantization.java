package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import java.util.IdentityHashMap;
import java.util.Map;

/** Activations that are quantized when they are known, row by row. */
public final class RowQuantization {
    private static final int ROW_BYTES = 16;

    private final Map<Value, Rows> known = new IdentityHashMap<>();

    /**
     * A quantized matrix.
     *
     * @param codes UINT8 [rows, cols]
     * @param parameters a {@code tn_row} for each row
     */
    public record Rows(Place codes, Place parameters) {}

    /** Room for the rows of a value of that shape. */
    public static Rows room(long rows, long cols) {
        return new Rows(Place.arena(rows * cols), Place.arena(rows * ROW_BYTES));
    }

    /** Somebody has quantized a value. */
    public void put(Value value, Rows rows) {
        known.put(value, rows);
    }

    /** The rows of a value, quantized now if nobody has. */
    Rows of(Value value, Lowering lowering) {
        Rows rows = known.get(value);
        if (rows == null) {
            Operand x = lowering.plain(value);
            rows = room(x.rows(), x.cols());
            lowering.emit(
                    lowering.instruction(Opcode.QUANT_ROWS)
                            .read(x.place())
                            .write(rows.codes())
                            .write(rows.parameters())
                            .numbers(x.rows(), x.cols(), x.cols(), x.cols())
                            .doing("quantize rows", 0));
            known.put(value, rows);
        }
        return rows;
    }

    /** True if somebody will want the rows of a value. */
    public static boolean isWanted(Value value, Lowering lowering) {
        return value.uses().stream()
                .anyMatch(
                        reader ->
                                Match.is(reader, "DynamicQuantizeLinear")
                                        && DynamicProduct.serves(reader, lowering));
    }
}
