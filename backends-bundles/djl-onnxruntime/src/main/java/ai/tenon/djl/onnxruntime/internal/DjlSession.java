package ai.tenon.djl.onnxruntime.internal;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.onnxruntime.OrtSession;
import ai.tenon.onnxruntime.session.SessionOwner;

/**
 * A session in the hands of DJL: a block attached to a manager of its own. Closing the manager
 * closes the block, and that the session.
 */
final class DjlSession implements SessionOwner {
    private final OrtSession session;
    private final OrtNDManager manager;

    DjlSession(Engine engine, OrtSession session) {
        this.session = session;
        manager = (OrtNDManager) engine.newBaseManager(Device.cpu());
        new OrtSymbolBlock(session, manager);
    }

    @Override
    public OrtSession session() {
        return session;
    }

    @Override
    public TensorFactory newTensorFactory() {
        return new DjlTensors(manager.newSubManager(manager.getDevice()));
    }

    @Override
    public void close() {
        manager.close();
    }
}
