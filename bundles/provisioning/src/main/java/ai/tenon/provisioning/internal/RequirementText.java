package ai.tenon.provisioning.internal;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.wiring.BundleRevision;

/**
 * A requirement in words.
 *
 * @param kind what sort of thing is needed, followed by a blank; may be empty
 * @param what the thing, with the versions that will do
 * @param identityAttribute the attribute that names such things
 * @param identity its value; empty if the filter has none
 */
record RequirementText(String kind, String what, String identityAttribute, String identity) {
    private static final Pattern COMPARISON =
            Pattern.compile("(!?)\\(([^()!&|=<>~]+)(>=|<=|=)([^()]*)\\)");

    private static final Map<String, String> IDENTITY =
            Map.of("ai.tenon.library", "soname", "ai.tenon.devnode", "path");

    static RequirementText of(String namespace, String filter) {
        String identityAttribute = IDENTITY.getOrDefault(namespace, namespace);
        String identity = "";
        String floor = "";
        String ceiling = "";
        StringBuilder others = new StringBuilder();
        Matcher comparison = COMPARISON.matcher(filter);
        while (comparison.find()) {
            boolean not = !comparison.group(1).isEmpty();
            String attribute = comparison.group(2).strip();
            String value = comparison.group(4).strip();
            boolean isVersion = attribute.equals("version") || attribute.equals("bundle-version");
            if (isVersion && comparison.group(3).equals(">=")) {
                ceiling = not ? value : ceiling;
                floor = not ? floor : value;
            } else if (attribute.equals(identityAttribute) && !not) {
                identity = value;
            } else {
                others.append(others.length() > 0 ? ", " : "")
                        .append(not ? "not " : "")
                        .append(attribute)
                        .append(comparison.group(3).equals("=") ? " " : comparison.group(3))
                        .append(value);
            }
        }
        String what = (identity + versions(namespace, floor, ceiling) + suffix(others)).strip();
        return new RequirementText(kind(namespace), what, identityAttribute, identity);
    }

    private static String versions(String namespace, String floor, String ceiling) {
        if (!ceiling.isEmpty()) {
            return " [" + floor + "," + ceiling + ")";
        }
        return floor.isEmpty() ? "" : " ≥ " + floor;
    }

    private static String suffix(StringBuilder others) {
        return others.length() == 0 ? "" : " with " + others;
    }

    private static String kind(String namespace) {
        return switch (namespace) {
            case "ai.tenon.library" -> "library ";
            case "ai.tenon.devnode" -> "device node ";
            case "ai.tenon.cpu" -> "a processor ";
            case "ai.tenon.memory" -> "memory ";
            case "ai.tenon.pci" -> "a PCI device ";
            case "ai.tenon.usb" -> "a USB device ";
            case BundleRevision.PACKAGE_NAMESPACE -> "package ";
            case BundleRevision.BUNDLE_NAMESPACE, BundleRevision.HOST_NAMESPACE -> "bundle ";
            default -> namespace + " ";
        };
    }
}
