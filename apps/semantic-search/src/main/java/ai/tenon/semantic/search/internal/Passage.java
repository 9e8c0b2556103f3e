package ai.tenon.semantic.search.internal;

/**
 * A piece of text that can be found.
 *
 * @param file relative to the folder
 */
record Passage(String file, String text) {}
