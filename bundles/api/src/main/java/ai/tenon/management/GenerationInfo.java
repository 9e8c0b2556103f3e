package ai.tenon.management;

/**
 * A generation, as people see it.
 *
 * @param number counted up on this device
 * @param sha256 of its description
 * @param cause what made it, as in {@code swap minilm}
 * @param state {@code current}, {@code good}, {@code failed} or {@code old}
 * @param createdMillis since the epoch
 */
public record GenerationInfo(
        long number,
        String sha256,
        String cause,
        String state,
        long createdMillis,
        int bundles,
        int deployments) {}
