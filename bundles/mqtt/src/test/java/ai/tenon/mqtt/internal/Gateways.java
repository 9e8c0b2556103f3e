package ai.tenon.mqtt.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.osgi.framework.BundleContext;

/** Makes the component as SCR would. */
final class Gateways {
    private Gateways() {}

    /**
     * @param settings by key; the others have their defaults
     */
    static MqttComponent start(Map<String, Object> settings) {
        return new MqttComponent(
                proxy(BundleContext.class, (proxy, method, arguments) -> "test"),
                proxy(
                        Settings.class,
                        (proxy, method, arguments) ->
                                settings.getOrDefault(method.getName(), method.getDefaultValue())));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
