package ai.tenon.device.probe;

import java.util.OptionalLong;

/** Reads the memory that this process may use. */
final class MemoryReader {
    private static final int MAX_CGROUP_DEPTH = 32;

    private MemoryReader() {}

    /** Bytes of physical memory, or the lowest control group limit (v1 or v2) if that is lower. */
    static OptionalLong read(RootFolder root) {
        long lowest = total(root);
        for (String line : root.text("/proc/self/cgroup").orElse("0::/").split("\n")) {
            // hierarchy:controllers:path; v2 is "0::path"
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            if (parts[1].isEmpty()) {
                lowest = lowest(root, "/sys/fs/cgroup", parts[2], "memory.max", lowest);
            } else if (("," + parts[1] + ",").contains(",memory,")) {
                String mount = "/sys/fs/cgroup/memory";
                lowest = lowest(root, mount, parts[2], "memory.limit_in_bytes", lowest);
            }
        }
        return lowest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(lowest);
    }

    private static long total(RootFolder root) {
        for (String line : root.text("/proc/meminfo").orElse("").split("\n")) {
            if (line.startsWith("MemTotal:") && line.endsWith("kB")) {
                long kib = positive(line.substring(9, line.length() - 2).strip());
                return kib > Long.MAX_VALUE >> 10 ? Long.MAX_VALUE : kib << 10;
            }
        }
        return Long.MAX_VALUE;
    }

    /** A limit holds for all groups below: looks from the group up to the mount. */
    private static long lowest(
            RootFolder root, String mount, String group, String file, long lowest) {
        String path = group.equals("/") ? "" : group;
        for (int depth = 0; depth < MAX_CGROUP_DEPTH; depth++) {
            lowest =
                    Math.min(lowest, positive(root.value(mount + path + "/" + file).orElse("max")));
            int slash = path.lastIndexOf('/');
            if (slash < 0) {
                break;
            }
            path = path.substring(0, slash);
        }
        return lowest;
    }

    /** A positive decimal number; anything else ("max", garbage) is no limit. */
    private static long positive(String text) {
        try {
            long value = Long.parseLong(text);
            return value > 0 ? value : Long.MAX_VALUE;
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
