package ai.tenon.launcher;

import ai.tenon.store.ContentStore;
import ai.tenon.store.Generation;
import ai.tenon.store.GenerationStore;
import ai.tenon.store.GenerationStore.Attempts;
import ai.tenon.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Decides which generation this start runs. */
final class Choice {
    static final int MAX_ATTEMPTS = 3;
    private static final String NOT_READY = "the process ended before the gateway was ready";

    private final Path data;
    private final Distribution distribution;
    private final GenerationStore generations;
    private final Consumer<String> say;

    /**
     * @param say takes sentences for whoever runs the gateway
     */
    Choice(Path data, Distribution distribution, Consumer<String> say) {
        this.data = data;
        this.distribution = distribution;
        this.generations = new GenerationStore(data);
        this.say = say;
    }

    /** The generation to run; its attempt is counted already. */
    Generation make() throws IOException {
        List<Distribution.Shipped> shipped =
                distribution.shipped(data.resolve("run").resolve("distribution"));
        Generation chosen = working(current());
        if (chosen == null) {
            chosen = first(shipped);
        } else {
            chosen = upgraded(chosen, shipped);
        }
        count(chosen.hash());
        return chosen;
    }

    /** The current generation; the last good one if it cannot be read; null if there is none. */
    private Generation current() throws IOException {
        String hash = "";
        try {
            hash = generations.current().orElse("");
            if (hash.isEmpty() && generations.good().isEmpty()) {
                return null;
            }
            if (hash.isEmpty()) {
                throw new StoreException(data.resolve("current") + " is missing");
            }
            return generations.read(hash);
        } catch (StoreException e) {
            return fallBack(new Attempts(hash, 0, e.getMessage()));
        }
    }

    private Generation working(Generation current) throws IOException {
        if (current == null) {
            return null;
        }
        String hash = current.hash();
        Attempts attempts = generations.attempts(hash);
        boolean hasOther = generations.good().filter(good -> !good.equals(hash)).isPresent();
        return attempts.count() >= MAX_ATTEMPTS && hasOther ? fallBack(attempts) : current;
    }

    private Generation fallBack(Attempts failed) throws IOException {
        String good =
                generations
                        .good()
                        .filter(hash -> !hash.equals(failed.generation()))
                        .orElseThrow(
                                () ->
                                        new StoreException(
                                                failed.reason()
                                                        + ", and no other generation is known to"
                                                        + " work; put "
                                                        + data
                                                        + " back from a copy, or choose another"
                                                        + " folder with --data"));
        Generation generation = generations.read(good);
        generations.setFailed(failed);
        generations.setCurrent(good);
        generations.clearAttempts();
        say.accept(
                "Back to generation "
                        + generation.number()
                        + ": the one after it did not start ("
                        + failed.reason()
                        + ").");
        return generation;
    }

    private Generation first(List<Distribution.Shipped> shipped) throws IOException {
        distribution.copyTo(ContentStore.ofBundles(data), shipped);
        Generation zero =
                distribution.describe(shipped).created(System.currentTimeMillis()).build();
        String hash = generations.write(zero);
        generations.setCurrent(hash);
        generations.setDistribution(hash);
        return zero;
    }

    /** Each distribution is taken over once: neither a rollback nor a fall back is undone. */
    private Generation upgraded(Generation current, List<Distribution.Shipped> shipped)
            throws IOException {
        Generation offered = distribution.describe(shipped).build();
        Optional<String> taken = generations.distribution();
        if (taken.isPresent() && offered.hasContentOf(generations.read(taken.get()))) {
            return current;
        }
        Generation base = base(current);
        if (offered.hasContentOf(base)) {
            generations.setDistribution(base.hash());
            return current;
        }
        distribution.copyTo(ContentStore.ofBundles(data), shipped);
        long number = generations.nextNumber();
        long now = System.currentTimeMillis();
        Generation pristine = offered.edit().number(number).created(now).build();
        String pristineHash = generations.write(pristine);
        Generation merged =
                Upgrade.merge(base, current, offered)
                        .after(current, number + 1, now, "upgrade to " + pristine.cause())
                        .distribution(pristineHash)
                        .build();
        generations.setCurrent(generations.write(merged));
        generations.setDistribution(pristineHash);
        say.accept("Upgraded to the new distribution as generation " + merged.number() + ".");
        return merged;
    }

    private Generation base(Generation generation) throws IOException {
        return generation.distribution().isEmpty()
                ? generation
                : generations.read(generation.distribution());
    }

    /** A generation that was seen working needs no counting, and its start no writing. */
    private void count(String hash) throws IOException {
        if (!generations.good().equals(Optional.of(hash))) {
            Attempts before = generations.attempts(hash);
            generations.setAttempts(new Attempts(hash, before.count() + 1, NOT_READY));
        }
    }
}
