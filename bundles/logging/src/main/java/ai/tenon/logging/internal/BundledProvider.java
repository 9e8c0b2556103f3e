package ai.tenon.logging.internal;

import org.slf4j.simple.SimpleServiceProvider;

/**
 * slf4j-simple, configured by this bundle's {@code simplelogger.properties}.
 *
 * <p>slf4j-simple looks for that file with the context class loader of whichever thread logs first.
 * In a framework that thread belongs to anybody, so the loader is set to this bundle's while the
 * file is read.
 */
public final class BundledProvider extends SimpleServiceProvider {
    @Override
    public void initialize() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(BundledProvider.class.getClassLoader());
        try {
            super.initialize();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
