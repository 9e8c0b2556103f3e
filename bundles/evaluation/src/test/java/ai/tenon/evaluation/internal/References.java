package ai.tenon.evaluation.internal;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** Service references without a framework. */
public final class References {
    private References() {}

    /** A reference to a service of a bundle of that version. */
    @SuppressWarnings("unchecked")
    public static <T> ServiceReference<T> of(String version) {
        Bundle bundle =
                answering(Bundle.class, Map.of("getVersion", Version.parseVersion(version)));
        return answering(ServiceReference.class, Map.of("getBundle", bundle));
    }

    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "hashCode" -> System.identityHashCode(proxy);
                                    case "equals" -> proxy == arguments[0];
                                    default -> answers.get(method.getName());
                                }));
    }
}
