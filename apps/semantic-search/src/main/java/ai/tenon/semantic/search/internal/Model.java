package ai.tenon.semantic.search.internal;

/**
 * What makes embeddings now.
 *
 * @param sha256 of the model; the same whatever backend runs it
 */
record Model(Embedders embedders, String sha256) {}
