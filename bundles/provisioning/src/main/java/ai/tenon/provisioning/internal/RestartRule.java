package ai.tenon.provisioning.internal;

import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** Which bundles can only be replaced or removed by a restart. */
final class RestartRule {
    /** Header by which a bundle says so itself: {@code Tenon-Update: restart}. */
    private static final String HEADER = "Tenon-Update";

    private static final Set<String> HOUSE =
            Set.of(
                    "ai.tenon.api",
                    "ai.tenon.core",
                    "ai.tenon.graph",
                    "ai.tenon.logging",
                    "ai.tenon.provisioning",
                    "ai.tenon.repository",
                    "ai.tenon.store",
                    "org.apache.felix.configadmin",
                    "org.apache.felix.eventadmin",
                    "org.apache.felix.scr",
                    "org.osgi.service.component",
                    "org.osgi.util.function",
                    "org.osgi.util.promise");

    private RestartRule() {}

    static boolean appliesTo(Bundle bundle) {
        String symbolicName = bundle.getHeaders("").get(Constants.BUNDLE_SYMBOLICNAME);
        return bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID
                || isHouse(bundle.getSymbolicName())
                || "restart".equals(bundle.getHeaders("").get(HEADER))
                || isFragment(bundle)
                // Two versions of a singleton cannot run beside each other.
                || symbolicName != null
                        && symbolicName.replace(" ", "").contains("singleton:=true");
    }

    /** What no gateway can do without, however it is configured. */
    static boolean isHouse(String symbolicName) {
        return HOUSE.contains(symbolicName);
    }

    static boolean isFragment(Bundle bundle) {
        return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
    }
}
