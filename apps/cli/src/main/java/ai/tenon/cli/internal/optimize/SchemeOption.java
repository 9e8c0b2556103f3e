package ai.tenon.cli.internal.optimize;

import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.quantize.QuantizationScheme;

/** A scheme on the command line: {@code int8-static}, or {@code int4:method=gptq,block=64}. */
public final class SchemeOption {
    private SchemeOption() {}

    /**
     * @throws UserError if it cannot be read
     */
    public static QuantizationScheme parse(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        if (name.isBlank()) {
            throw new UserError(
                    "'"
                            + text
                            + "' names no scheme; 'tenon optimize --list' shows those there are");
        }
        QuantizationScheme scheme = QuantizationScheme.of(name.strip());
        if (colon < 0) {
            return scheme;
        }
        for (String setting : text.substring(colon + 1).split(",", -1)) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new UserError(
                        "'"
                                + setting
                                + "' in --scheme "
                                + text
                                + " is no setting; write them as "
                                + name
                                + ":granularity=per-channel,symmetric=true");
            }
            scheme =
                    scheme.with(
                            setting.substring(0, equals).strip(),
                            setting.substring(equals + 1).strip());
        }
        return scheme;
    }
}
