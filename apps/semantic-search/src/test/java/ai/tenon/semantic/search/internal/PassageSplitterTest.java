package ai.tenon.semantic.search.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PassageSplitterTest {
    private static int words(String text) {
        return text.isBlank() ? 0 : text.strip().split("\\s+").length;
    }

    private final PassageSplitter splitter = new PassageSplitter(PassageSplitterTest::words, 8);

    @Test
    void aParagraphIsAPassage() {
        assertEquals(
                List.of("One\ntwo.", "Three."),
                splitter.split("\nOne\ntwo.\n\n \t\nThree.\r\n\r\n"));
    }

    @Test
    void aHeadingBelongsToWhatFollows() {
        assertEquals(
                List.of("## Swap\nIt drains.", "Then it ends."),
                splitter.split("# Tenon\n\n## Swap\n\nIt drains.\n\nThen it ends.\n\n# Empty\n"));
    }

    @Test
    void rulesAreNoPassages() {
        assertEquals(List.of("a"), splitter.split("---\n\na\n\n***"));
    }

    @Test
    void longParagraphsAreCutAtSentences() {
        assertEquals(
                List.of(
                        "The first one has six words. Two more.",
                        "This sentence stands in the second passage."),
                splitter.split(
                        "The first one has six words. Two more."
                                + " This sentence stands in the second passage."));
    }

    @Test
    void longSentencesAreCutBetweenWordsAndNothingIsLost() {
        String text = "word ".repeat(100).strip();
        List<String> passages = splitter.split(text);
        assertEquals(text, String.join(" ", passages));
        assertTrue(passages.stream().allMatch(passage -> words(passage) <= 8));
    }

    @Test
    void endlessWordsAreCutAsWell() {
        PassageSplitter characters = new PassageSplitter(String::length, 100);
        String text = "x".repeat(1000);
        List<String> passages = characters.split(text);
        assertEquals(text, String.join("", passages));
        assertTrue(passages.stream().allMatch(passage -> passage.length() <= 100));
    }
}
