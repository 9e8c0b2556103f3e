package ai.tenon.semantic.search.internal;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * Cuts text into passages: a paragraph each, under the heading before it; long paragraphs at ends
 * of sentences, and long sentences between words.
 */
final class PassageSplitter {
    /** Longer words are cut: no tokenizer makes sense of them. */
    private static final int MAX_WORD = 100;

    private static final Pattern BLANK_LINES = Pattern.compile("\\R\\s*\\R");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern HEADING = Pattern.compile("#{1,6} [^\\n]*");

    private final ToIntFunction<String> tokens;
    private final int maxTokens;

    /**
     * @param tokens counts the tokens of a text
     * @param maxTokens of a passage
     */
    PassageSplitter(ToIntFunction<String> tokens, int maxTokens) {
        this.tokens = tokens;
        this.maxTokens = maxTokens;
    }

    /** The passages in order; what has no letter or digit is none. */
    List<String> split(String text) {
        List<String> passages = new ArrayList<>();
        String heading = "";
        for (String part : BLANK_LINES.split(text)) {
            String paragraph = part.strip();
            if (HEADING.matcher(paragraph).matches()) {
                heading = paragraph + "\n";
            } else if (paragraph.chars().anyMatch(Character::isLetterOrDigit)) {
                passages.addAll(fit(heading + paragraph));
                heading = "";
            }
        }
        return passages;
    }

    private List<String> fit(String paragraph) {
        // A character is at least as much as a token, so most texts need no counting.
        if (paragraph.length() <= maxTokens || tokens.applyAsInt(paragraph) <= maxTokens) {
            return List.of(paragraph);
        }
        List<String> pieces = new ArrayList<>();
        for (String sentence : sentences(paragraph)) {
            if (tokens.applyAsInt(sentence) <= maxTokens) {
                pieces.add(sentence);
            } else {
                pieces.addAll(words(sentence));
            }
        }
        return join(pieces);
    }

    private static List<String> sentences(String paragraph) {
        BreakIterator ends = BreakIterator.getSentenceInstance(Locale.ROOT);
        ends.setText(paragraph);
        List<String> sentences = new ArrayList<>();
        int start = ends.first();
        for (int end = ends.next(); end != BreakIterator.DONE; end = ends.next()) {
            sentences.add(paragraph.substring(start, end).strip());
            start = end;
        }
        return sentences;
    }

    private static List<String> words(String sentence) {
        List<String> words = new ArrayList<>();
        for (String word : SPACE.split(sentence)) {
            for (int at = 0; at < word.length(); at += MAX_WORD) {
                words.add(word.substring(at, Math.min(at + MAX_WORD, word.length())));
            }
        }
        return words;
    }

    /** As many pieces per passage as fit. */
    private List<String> join(List<String> pieces) {
        List<String> passages = new ArrayList<>();
        StringBuilder passage = new StringBuilder();
        int used = 0;
        for (String piece : pieces) {
            int count = tokens.applyAsInt(piece);
            if (used > 0 && used + count > maxTokens) {
                passages.add(passage.toString());
                passage.setLength(0);
                used = 0;
            }
            passage.append(passage.length() == 0 ? "" : " ").append(piece);
            used += count;
        }
        if (used > 0) {
            passages.add(passage.toString());
        }
        return passages;
    }
}
