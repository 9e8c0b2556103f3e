package ai.tenon.tokenizers.internal;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.io.IOException;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;

/** Loads the tokenizers' native library and then says so: condition {@code ai.tenon.tokenizers}. */
@Component(service = {})
@Capability(
        namespace = "osgi.service",
        attribute = {
            "objectClass:List<String>=org.osgi.service.condition.Condition",
            "osgi.condition.id=ai.tenon.tokenizers"
        },
        effective = "active")
public final class Provider {
    private static final String CONDITION = "ai.tenon.tokenizers";

    private final ServiceRegistration<Condition> ready;

    @Activate
    public Provider(
            BundleContext context,
            @Reference(target = "(osgi.condition.id=ai.tenon.djl)") Condition djl)
            throws IOException {
        load();
        ready =
                context.registerService(
                        Condition.class,
                        Condition.INSTANCE,
                        FrameworkUtil.asDictionary(Map.of(Condition.CONDITION_ID, CONDITION)));
    }

    /**
     * Loads the library the framework's way, then tells DJL where it lies: left alone, DJL extracts
     * a second copy to a path of its own and loads that. DJL reads its version file with the
     * context class loader.
     */
    private static void load() throws IOException {
        System.loadLibrary("tokenizers");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Provider.class.getClassLoader());
        System.setProperty("RUST_LIBRARY_PATH", LoadedLibrary.path("libtokenizers.so"));
        try {
            LibUtils.checkStatus();
        } finally {
            System.clearProperty("RUST_LIBRARY_PATH");
            thread.setContextClassLoader(before);
        }
    }

    @Deactivate
    void deactivate() {
        ready.unregister();
    }
}
