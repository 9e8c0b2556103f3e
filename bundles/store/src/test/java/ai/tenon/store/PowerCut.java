package ai.tenon.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Ends a sequence of actions on the disk before its n-th one, as a power cut does. */
final class PowerCut implements Durable.Steps {
    private final int at;
    final List<String> done = new ArrayList<>();

    PowerCut(int at) {
        this.at = at;
    }

    /** Stands for the end of the process; nothing after it runs. */
    static final class Cut extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void before(String step) throws IOException {
        if (done.size() == at) {
            throw new Cut();
        }
        done.add(step);
    }
}
