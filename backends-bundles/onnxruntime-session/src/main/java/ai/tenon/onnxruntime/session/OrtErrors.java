package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OrtException;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;

/** ONNX Runtime's errors by what can be done about them. */
final class OrtErrors {
    private OrtErrors() {}

    /** A model could not be made into a session. */
    static BackendException compiling(String model, OrtException e) {
        ErrorClass errorClass =
                switch (e.getCode()) {
                    case ORT_NO_SUCHFILE, ORT_NO_MODEL, ORT_INVALID_PROTOBUF -> ErrorClass.FATAL;
                    default -> ErrorClass.FALLBACK;
                };
        return typed(errorClass, "model '" + model + "' cannot be compiled by ONNX Runtime", e);
    }

    /** A run failed; the session and its context stay usable. */
    static BackendException running(String model, OrtException e) {
        ErrorClass errorClass =
                switch (e.getCode()) {
                    case ORT_INVALID_ARGUMENT -> ErrorClass.INVALID_INPUT;
                    case ORT_DEVICE_RESET -> ErrorClass.RESET_DEVICE;
                    default -> ErrorClass.FALLBACK;
                };
        return typed(errorClass, "model '" + model + "' failed in ONNX Runtime", e);
    }

    /** Something was used after it was closed. */
    static BackendException closed(String model, String what) {
        return new BackendException(
                ErrorClass.FATAL,
                what + " of model '" + model + "' is closed; compile the model again");
    }

    private static BackendException typed(ErrorClass errorClass, String what, OrtException e) {
        // OrtErrorCode starts with the Java API's own -1 and then follows the C API's numbers.
        int code = e.getCode().ordinal() - 1;
        return new BackendException(
                errorClass, what + ": " + e.getMessage(), code, e.getMessage(), e);
    }
}
