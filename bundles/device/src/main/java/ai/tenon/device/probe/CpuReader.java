package ai.tenon.device.probe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code /proc/cpuinfo}. */
final class CpuReader {
    /** The kernel's x86 flags that matter to kernels; their canonical name is the upper case. */
    private static final Set<String> X86_FLAGS =
            Set.of(
                    "ssse3",
                    "sse4_1",
                    "sse4_2",
                    "avx",
                    "avx2",
                    "fma",
                    "f16c",
                    "bmi2",
                    "avx512f",
                    "avx512cd",
                    "avx512dq",
                    "avx512bw",
                    "avx512vl",
                    "avx512ifma",
                    "avx512vbmi",
                    "avx512_vbmi2",
                    "avx512_vnni",
                    "avx512_bf16",
                    "avx512_fp16",
                    "avx_vnni",
                    "avx_vnni_int8",
                    "avx_ifma",
                    "avx10",
                    "amx_tile",
                    "amx_int8",
                    "amx_bf16",
                    "amx_fp16");

    /** The kernel's Arm hwcaps (Documentation/arch/arm64/elf_hwcaps.rst) and their usual names. */
    private static final Map<String, String> ARM_FEATURES =
            Map.ofEntries(
                    Map.entry("asimd", "NEON"),
                    Map.entry("neon", "NEON"),
                    Map.entry("asimdhp", "FP16"),
                    Map.entry("asimdfhm", "FP16FML"),
                    Map.entry("asimddp", "DOTPROD"),
                    Map.entry("atomics", "LSE"),
                    Map.entry("i8mm", "I8MM"),
                    Map.entry("bf16", "BF16"),
                    Map.entry("sve", "SVE"),
                    Map.entry("sve2", "SVE2"),
                    Map.entry("sme", "SME"));

    /** Implementer and part (Arm's Main ID Register) of cores seen on edge devices and hosts. */
    private static final Map<String, String> ARM_CORES =
            Map.ofEntries(
                    Map.entry("0x41/0xd03", "Cortex-A53"),
                    Map.entry("0x41/0xd04", "Cortex-A35"),
                    Map.entry("0x41/0xd05", "Cortex-A55"),
                    Map.entry("0x41/0xd07", "Cortex-A57"),
                    Map.entry("0x41/0xd08", "Cortex-A72"),
                    Map.entry("0x41/0xd09", "Cortex-A73"),
                    Map.entry("0x41/0xd0a", "Cortex-A75"),
                    Map.entry("0x41/0xd0b", "Cortex-A76"),
                    Map.entry("0x41/0xd0c", "Neoverse-N1"),
                    Map.entry("0x41/0xd0d", "Cortex-A77"),
                    Map.entry("0x41/0xd40", "Neoverse-V1"),
                    Map.entry("0x41/0xd41", "Cortex-A78"),
                    Map.entry("0x41/0xd42", "Cortex-A78AE"),
                    Map.entry("0x41/0xd49", "Neoverse-N2"),
                    Map.entry("0x41/0xd4f", "Neoverse-V2"),
                    Map.entry("0x48/0xd01", "TaiShan-v110"));

    private static final int MAX_MODEL_CHARS = 128;

    private CpuReader() {}

    static CpuFacts read(RootFolder root, String osArch) {
        int processors = 0;
        Set<String> isa = null;
        Set<String> models = new TreeSet<>();
        Set<String> armCores = new TreeSet<>();
        String implementer = "";
        for (String line : root.text("/proc/cpuinfo").orElse("").split("\n")) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, colon).strip()) {
                case "processor" -> processors++;
                case "model name" -> models.add(value);
                case "CPU implementer" -> implementer = value;
                case "CPU part" -> {
                    String core = ARM_CORES.get(implementer + "/" + value);
                    if (core != null) {
                        armCores.add(core);
                    }
                }
                case "flags", "Features" -> {
                    Set<String> ofThisCore = canonical(value);
                    if (isa == null) {
                        isa = ofThisCore;
                    } else {
                        isa.retainAll(ofThisCore); // a thread may run on any core
                    }
                }
                default -> {}
            }
        }
        models.remove("");
        // "ARMv8 Processor rev 1 (v8l)", the model name on some Arm kernels, says less.
        String model = String.join(", ", armCores.isEmpty() ? models : armCores);
        return new CpuFacts(
                osgiName(osArch),
                osArch,
                model.isEmpty() || model.length() > MAX_MODEL_CHARS
                        ? Optional.empty()
                        : Optional.of(model),
                processors == 0 ? OptionalInt.empty() : OptionalInt.of(processors),
                isa == null ? List.of() : new ArrayList<>(new TreeSet<>(isa)));
    }

    /** OSGi's name of a processor (Core specification, table 4.4) for a JVM's {@code os.arch}. */
    static String osgiName(String osArch) {
        String name = osArch.toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64", "x86_64", "x86-64", "em64t" -> "x86-64";
            case "arm64" -> "aarch64";
            default -> name;
        };
    }

    private static Set<String> canonical(String flags) {
        Set<String> names = new HashSet<>();
        for (String flag : flags.split(" ")) {
            if (X86_FLAGS.contains(flag)) {
                names.add(flag.toUpperCase(Locale.ROOT));
            } else if (ARM_FEATURES.containsKey(flag)) {
                names.add(ARM_FEATURES.get(flag));
            }
        }
        return names;
    }
}
