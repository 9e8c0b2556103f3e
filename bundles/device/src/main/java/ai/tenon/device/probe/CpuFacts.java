package ai.tenon.device.probe;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The processor.
 *
 * @param arch OSGi's processor name: {@code x86-64}, {@code aarch64}, or the JVM's name in lower
 *     case where it is neither
 * @param osArch the JVM's {@code os.arch}
 * @param model the marketing name on x86, the core types on Arm ({@code Cortex-A55, Cortex-A76})
 * @param cores logical processors that are online
 * @param isa features that every core has, sorted, for example {@code AVX512_VNNI} or {@code
 *     DOTPROD}
 */
public record CpuFacts(
        String arch, String osArch, Optional<String> model, OptionalInt cores, List<String> isa) {
    /** Copies the list. */
    public CpuFacts {
        isa = List.copyOf(isa);
    }
}
