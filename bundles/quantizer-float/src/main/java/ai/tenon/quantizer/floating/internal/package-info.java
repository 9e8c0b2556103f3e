/**
 * Floating point in sixteen bits. ({@code float}, as the bundle is called, cannot be part of a
 * package's name.)
 */
package ai.tenon.quantizer.floating.internal;
