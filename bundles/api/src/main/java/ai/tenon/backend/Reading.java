package ai.tenon.backend;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One measured quantity.
 *
 * @param name as in {@code temperature}
 * @param unit SI, as in {@code °C}, {@code W}, {@code Hz}, {@code B}
 * @param value empty when unknown
 * @param source where it was read, as in a file's or a vendor call's name
 */
public record Reading(String name, String unit, OptionalDouble value, String source) {
    public Reading {
        Objects.requireNonNull(value, "value");
    }
}
