/** Weights in six, four, two or one bit. */
package ai.tenon.quantizer.weights.internal;
