package ai.tenon.cli.internal.terminal;

import ai.tenon.management.ManagementException.Kind;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Something that the user can put right: exit code 2. The message is one sentence that says how.
 */
public final class UserError extends RuntimeException {
    /** What a gateway calls such a thing. */
    public static final Set<Kind> KINDS =
            Collections.unmodifiableSet(
                    EnumSet.of(
                            Kind.INVALID,
                            Kind.NOT_FOUND,
                            Kind.CONFLICT,
                            Kind.REFUSED,
                            Kind.NEEDS_RESTART));

    private static final long serialVersionUID = 1L;

    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
