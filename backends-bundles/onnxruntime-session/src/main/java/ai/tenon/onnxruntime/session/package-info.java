/**
 * A model as a session of ONNX Runtime; a copy of this package lies in each backend that uses it.
 */
package ai.tenon.onnxruntime.session;
