package ai.tenon.cpu.internal.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives every buffer of a plan an offset, so that buffers which are never alive at the same time
 * share memory: the largest first, each at the lowest offset where it meets no other.
 */
final class Arena {
    private static final long ALIGNMENT = 64;

    private final Map<Place, Lifetime> lifetimes = new IdentityHashMap<>();

    private static final class Lifetime {
        private final Place place;
        private final int first;
        private int last;
        private long offset;

        Lifetime(Place place, int first) {
            this.place = place;
            this.first = first;
            this.last = first;
        }

        boolean meets(Lifetime other) {
            return first <= other.last && other.first <= last;
        }
    }

    private Arena() {}

    /**
     * Settles all places of the arena.
     *
     * @return bytes of the arena
     */
    static long settle(List<Instruction> instructions) {
        Arena arena = new Arena();
        arena.visit(instructions);
        arena.join(instructions);
        return arena.place();
    }

    private void visit(List<Instruction> instructions) {
        for (int i = 0; i < instructions.size(); i++) {
            for (Place place : instructions.get(i).reads()) {
                touch(place, i);
            }
            for (Place place : instructions.get(i).writes()) {
                touch(place, i);
            }
        }
    }

    private void touch(Place place, int at) {
        Place root = place.root();
        if (root.space() == Place.Space.ARENA) {
            lifetimes.computeIfAbsent(root, key -> new Lifetime(key, at)).last = at;
        }
    }

    /** Lets results take the place of operands that nobody needs any more. */
    private void join(List<Instruction> instructions) {
        for (int i = 0; i < instructions.size(); i++) {
            Place over = instructions.get(i).replaceable();
            if (over == null) {
                continue;
            }
            Place result = instructions.get(i).writes().get(0);
            Lifetime old = lifetimes.get(over.root());
            Lifetime young = lifetimes.get(result.root());
            boolean whole = !result.isPart() && !over.isPart();
            if (old != null
                    && young != null
                    && old != young
                    && whole
                    && old.last == i
                    && young.first == i
                    && result.bytes() <= over.bytes()) {
                result.becomePartOf(over.root());
                old.last = young.last;
                lifetimes.remove(young.place);
            }
        }
    }

    private long place() {
        List<Lifetime> settled = new ArrayList<>();
        List<Lifetime> open = new ArrayList<>(lifetimes.values());
        open.sort(
                Comparator.<Lifetime>comparingLong(each -> -each.place.bytes())
                        .thenComparingInt(each -> each.first));
        long total = 0;
        for (Lifetime each : open) {
            each.offset = lowest(each, settled);
            each.place.lieAt(each.offset);
            settled.add(each);
            total = Math.max(total, each.offset + aligned(each.place.bytes()));
        }
        return total;
    }

    private static long lowest(Lifetime wanted, List<Lifetime> settled) {
        List<Lifetime> neighbours = new ArrayList<>();
        for (Lifetime other : settled) {
            if (other.meets(wanted)) {
                neighbours.add(other);
            }
        }
        neighbours.sort(Comparator.comparingLong(each -> each.offset));
        long offset = 0;
        for (Lifetime other : neighbours) {
            if (offset + aligned(wanted.place.bytes()) <= other.offset) {
                break;
            }
            offset = Math.max(offset, other.offset + aligned(other.place.bytes()));
        }
        return offset;
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
