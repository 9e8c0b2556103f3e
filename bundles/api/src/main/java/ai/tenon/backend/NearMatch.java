package ai.tenon.backend;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which of some names a misspelt one may have meant. */
final class NearMatch {
    /** One letter in so many may be wrong. */
    private static final int LETTERS_PER_ERROR = 3;

    private NearMatch() {}

    /** The name that is nearest, if it is near enough to be worth a question. */
    static Optional<String> of(String misspelt, Collection<String> names) {
        return names.stream()
                .filter(name -> errors(misspelt, name) <= name.length() / LETTERS_PER_ERROR)
                .min(Comparator.comparingInt(name -> errors(misspelt, name)));
    }

    /** Letters to insert, leave out or replace until both are the same, whatever their case. */
    private static int errors(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[above.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                boolean same =
                        Character.toLowerCase(a.charAt(i - 1))
                                == Character.toLowerCase(b.charAt(j - 1));
                row[j] =
                        Math.min(above[j - 1] + (same ? 0 : 1), Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
