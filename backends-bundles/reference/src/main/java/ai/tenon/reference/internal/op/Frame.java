package ai.tenon.reference.internal.op;

import ai.tenon.backend.RunControl;
import ai.tenon.graph.Datum;

/**
 * The working memory of one run.
 *
 * @param slots the values computed so far, those of subgraphs included; null once no longer needed
 * @param control the caller's deadline and cancel flag
 */
public record Frame(Datum[] slots, RunControl control) {}
