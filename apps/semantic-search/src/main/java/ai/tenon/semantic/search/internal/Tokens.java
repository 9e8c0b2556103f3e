package ai.tenon.semantic.search.internal;

/** A text as a model takes it; the three arrays are of one length. */
record Tokens(long[] ids, long[] attentionMask, long[] typeIds) {
    int length() {
        return ids.length;
    }
}
