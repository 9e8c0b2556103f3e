package ai.tenon.cli.internal.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML and SVG. All text and all values of attributes are escaped; names in a report are a
 * model's and may be anything.
 */
final class Html {
    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Starts an element.
     *
     * @param attributes names and values by turns
     */
    Html open(String tag, String... attributes) {
        start(tag, attributes).append('>');
        open.push(tag);
        return this;
    }

    /** Ends the element that was started last. */
    Html close() {
        text.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element with nothing in it. */
    Html empty(String tag, String... attributes) {
        start(tag, attributes).append("/>");
        return this;
    }

    /** An element with nothing but text. */
    Html element(String tag, String content, String... attributes) {
        return open(tag, attributes).text(content).close();
    }

    Html text(String content) {
        text.append(escaped(content));
        return this;
    }

    /** Text of this program's own, which holds no {@code <}, as a style sheet. */
    Html own(String content) {
        text.append(content);
        return this;
    }

    private StringBuilder start(String tag, String... attributes) {
        text.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"");
            text.append(escaped(attributes[i + 1])).append('"');
        }
        return text;
    }

    /** Control characters, also those that turn the direction of writing, become visible. */
    private static String escaped(String content) {
        return content.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}&&[^\n\t]]", "\ufffd")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
