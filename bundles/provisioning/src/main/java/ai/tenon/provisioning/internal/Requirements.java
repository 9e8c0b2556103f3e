package ai.tenon.provisioning.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** Says in a sentence what a bundle needs and a set of bundles does not have. */
final class Requirements {
    private final List<BundleCapability> offered = new ArrayList<>();

    /**
     * @param all what there is, with the system bundle, which offers the device
     */
    Requirements(Collection<Bundle> all) {
        for (Bundle bundle : all) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision != null) {
                offered.addAll(revision.getDeclaredCapabilities(null));
            }
        }
    }

    /** The first thing that the bundle needs and nobody offers. */
    Optional<String> missing(Bundle bundle) {
        return bundle.adapt(BundleRevision.class).getDeclaredRequirements(null).stream()
                .filter(Requirements::isMandatory)
                .filter(requirement -> offered.stream().noneMatch(requirement::matches))
                .findFirst()
                .map(requirement -> sentence(bundle, requirement));
    }

    private static boolean isMandatory(BundleRequirement requirement) {
        String resolution =
                requirement.getDirectives().getOrDefault(Constants.RESOLUTION_DIRECTIVE, "");
        String effective =
                requirement
                        .getDirectives()
                        .getOrDefault(Constants.EFFECTIVE_DIRECTIVE, Constants.EFFECTIVE_RESOLVE);
        return effective.equals(Constants.EFFECTIVE_RESOLVE)
                && !resolution.equals(Constants.RESOLUTION_OPTIONAL)
                && !resolution.equals("dynamic");
    }

    private String sentence(Bundle bundle, BundleRequirement requirement) {
        String namespace = requirement.getNamespace();
        RequirementText text =
                RequirementText.of(
                        namespace,
                        requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, ""));
        List<String> here =
                offered.stream()
                        .filter(c -> c.getNamespace().equals(namespace))
                        .filter(c -> text.identity().equals(identity(c, text)))
                        .map(c -> String.valueOf(version(c)))
                        .distinct()
                        .toList();
        String who = bundle.getSymbolicName() + " " + bundle.getVersion();
        String has = here.isEmpty() ? "none" : String.join(" and ", here);
        if (namespace.equals(BundleRevision.PACKAGE_NAMESPACE) && !here.isEmpty()) {
            return who + " was built against " + text.what() + "; this gateway has " + has;
        }
        return who
                + " needs "
                + text.kind()
                + text.what()
                + "; this "
                + place(namespace)
                + " has "
                + has;
    }

    private static Object identity(BundleCapability capability, RequirementText text) {
        return String.valueOf(capability.getAttributes().get(text.identityAttribute()));
    }

    private static Object version(BundleCapability capability) {
        Object version = capability.getAttributes().get(Constants.VERSION_ATTRIBUTE);
        if (version == null) {
            version = capability.getAttributes().get(Constants.BUNDLE_VERSION_ATTRIBUTE);
        }
        return version == null ? "one of no version" : version;
    }

    private static String place(String namespace) {
        return namespace.startsWith("ai.tenon.") ? "device" : "gateway";
    }
}
