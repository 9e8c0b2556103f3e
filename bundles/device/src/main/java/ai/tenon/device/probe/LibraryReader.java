package ai.tenon.device.probe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Lists the shared libraries in the dynamic loader's folders by their file names. */
final class LibraryReader {
    private static final List<String> STANDARD_FOLDERS =
            List.of("/usr/local/lib", "/lib", "/usr/lib", "/lib64", "/usr/lib64");
    private static final int MAX_FOLDERS = 128;
    private static final int MAX_LIBRARIES = 8192;

    private LibraryReader() {}

    /**
     * @param arch OSGi's processor name: folders of other architectures are left out
     * @param libraryPath the loader's extra folders, separated by colons
     */
    static List<SharedLibrary> read(RootFolder root, String arch, String libraryPath) {
        Map<String, Set<String>> versions = new TreeMap<>();
        for (Path folder : folders(root, arch, libraryPath)) {
            readFolder(root, folder, versions);
        }
        List<SharedLibrary> libraries = new ArrayList<>();
        for (Map.Entry<String, Set<String>> library : versions.entrySet()) {
            for (String version : library.getValue()) {
                if (libraries.size() == MAX_LIBRARIES) {
                    return libraries;
                }
                Optional<String> known =
                        version.isEmpty() ? Optional.empty() : Optional.of(version);
                libraries.add(new SharedLibrary(library.getKey(), known));
            }
        }
        return libraries;
    }

    private static Set<Path> folders(RootFolder root, String arch, String libraryPath) {
        String triplet = (arch.equals("x86-64") ? "x86_64" : arch) + "-linux-gnu";
        List<String> candidates = new ArrayList<>(List.of(libraryPath.split(":")));
        candidates.addAll(loaderConfiguration(root));
        for (String folder : STANDARD_FOLDERS) {
            candidates.add(folder);
            candidates.add(folder + "/" + triplet);
        }
        // /lib is a link to /usr/lib nowadays: each real folder once.
        Set<Path> folders = new LinkedHashSet<>();
        for (String folder : candidates) {
            boolean foreign = folder.contains("-linux-gnu") && !folder.contains(triplet);
            if (folder.startsWith("/") && !foreign && folders.size() < MAX_FOLDERS) {
                root.locate(folder).ifPresent(folders::add);
            }
        }
        return folders;
    }

    /** The folders that ld.so.conf names, and the files that it includes as {@code *.conf}. */
    private static List<String> loaderConfiguration(RootFolder root) {
        StringBuilder lines = new StringBuilder(root.text("/etc/ld.so.conf").orElse(""));
        for (String name : root.names("/etc/ld.so.conf.d")) {
            if (name.endsWith(".conf")) {
                lines.append('\n').append(root.text("/etc/ld.so.conf.d/" + name).orElse(""));
            }
        }
        List<String> folders = new ArrayList<>();
        for (String line : lines.toString().split("\n")) {
            folders.add(line.strip());
        }
        return folders;
    }

    private static void readFolder(
            RootFolder root, Path folder, Map<String, Set<String>> versions) {
        Map<String, List<String>> suffixes = new LinkedHashMap<>();
        for (String name : RootFolder.names(folder)) {
            int end = endOfSoname(name);
            if (end > 0) {
                suffixes.computeIfAbsent(name.substring(0, end), key -> new ArrayList<>())
                        .add(name.substring(end));
            }
        }
        for (Map.Entry<String, List<String>> library : suffixes.entrySet()) {
            String soname = library.getKey();
            for (String suffix : mostSpecific(library.getValue())) {
                Optional<Path> file = root.real(folder.resolve(soname + suffix));
                if (file.isEmpty()) {
                    continue; // a dangling link
                }
                // libcuda.so.1 is a link to libcuda.so.535.104: the file knows better.
                String real = file.get().getFileName().toString();
                String text = real.startsWith(soname) ? real.substring(soname.length()) : suffix;
                versions.computeIfAbsent(soname, key -> new TreeSet<>()).add(version(text));
            }
        }
    }

    /** Of libz.so, libz.so.1 and libz.so.1.3.1 only the last: the others are links to it. */
    private static List<String> mostSpecific(List<String> suffixes) {
        Collections.sort(suffixes);
        List<String> specific = new ArrayList<>();
        for (String suffix : suffixes) {
            int last = specific.size() - 1;
            if (last >= 0 && (suffix + ".").startsWith(specific.get(last) + ".")) {
                specific.remove(last);
            }
            specific.add(suffix);
        }
        return specific;
    }

    /** Where ".so" ends if it is followed by nothing or a dot; -1 if the name is no library's. */
    private static int endOfSoname(String name) {
        int end = name.startsWith("lib") ? name.indexOf(".so") + 3 : -1;
        return end > 3 && (end == name.length() || name.charAt(end) == '.') ? end : -1;
    }

    /** The OSGi version for ".1.2.3.4"; empty if the suffix is none. */
    static String version(String suffix) {
        String[] parts = suffix.split("\\.", 6);
        if (parts.length < 2 || parts.length > 5) {
            return "";
        }
        for (int i = 1; i < parts.length; i++) {
            if (!isNumber(parts[i])) {
                return "";
            }
        }
        return suffix.substring(1);
    }

    /** Digits that fit an int, as OSGi's Version demands. */
    private static boolean isNumber(String text) {
        if (text.isEmpty() || text.length() > 9) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
