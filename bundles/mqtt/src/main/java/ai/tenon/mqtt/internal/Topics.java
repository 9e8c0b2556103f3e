package ai.tenon.mqtt.internal;

import java.util.Locale;

/** The topics of this gateway. */
record Topics(String prefix) {
    private static final int MAX_LENGTH = 512;

    /**
     * @throws IllegalArgumentException if the prefix cannot start a topic
     */
    Topics {
        if (prefix.isEmpty()
                || prefix.length() > MAX_LENGTH
                || prefix.startsWith("$")
                || prefix.endsWith("/")
                || hasWildcards(prefix)) {
            throw new IllegalArgumentException(
                    "'prefix' must be part of a topic, as in tenon/hall-3, and is '"
                            + prefix
                            + "'");
        }
    }

    String birth() {
        return prefix + "/birth";
    }

    String death() {
        return prefix + "/death";
    }

    String telemetry() {
        return prefix + "/telemetry";
    }

    /** For an event of OSGi's Event Admin, {@code ai/tenon/operation/STEP}. */
    String event(String topic) {
        return prefix + "/event/" + topic.substring("ai/tenon/".length()).toLowerCase(Locale.ROOT);
    }

    String requests() {
        return prefix + "/request/+";
    }

    String kindOf(String requestTopic) {
        return requestTopic.substring(requestTopic.lastIndexOf('/') + 1);
    }

    /**
     * Whether an answer may be sent there: nobody gets to speak as the gateway, or to make it ask
     * itself.
     */
    boolean isForAnswers(String topic) {
        return !topic.isEmpty()
                && topic.length() <= MAX_LENGTH
                && !topic.startsWith("$")
                && !hasWildcards(topic)
                && (!topic.startsWith(prefix + "/") || topic.startsWith(prefix + "/response/"));
    }

    private static boolean hasWildcards(String topic) {
        return topic.chars().anyMatch(c -> c == '+' || c == '#' || c < ' ');
    }
}
