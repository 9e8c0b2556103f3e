package ai.tenon.quantizer.int8.internal;

import java.util.Locale;

/** How many weights share a scale. */
enum Granularity {
    PER_TENSOR,
    PER_CHANNEL,
    PER_BLOCK;

    /** As settings name it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Granularity of(Settings settings) {
        String word =
                settings.choice(
                        "granularity",
                        PER_CHANNEL.word(),
                        PER_CHANNEL.word(),
                        PER_TENSOR.word(),
                        PER_BLOCK.word());
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
