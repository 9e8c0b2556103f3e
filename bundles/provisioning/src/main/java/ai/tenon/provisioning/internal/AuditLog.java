package ai.tenon.provisioning.internal;

import ai.tenon.management.OperationInfo;
import ai.tenon.store.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Who changed what, and what came out: {@code DATA/audit.log}, one line per begin and end of a
 * change, {@code key=value} with everything but visible ASCII written {@code %XX}. Rotated.
 */
final class AuditLog {
    private static final long MAX_BYTES = 1 << 20;
    private static final int KEPT = 4;

    private final Path file;

    AuditLog(Path data) {
        this.file = data.resolve("audit.log");
    }

    void write(OperationInfo i) throws IOException {
        if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
            rotate();
        }
        String line =
                Fields.line(
                        "time=" + Instant.now(),
                        "id=" + i.id(),
                        "actor=" + i.actor(),
                        "kind=" + i.kind(),
                        "subject=" + i.subject(),
                        "state=" + i.state(),
                        "generation=" + i.generation(),
                        "message=" + i.message());
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void rotate() throws IOException {
        for (int i = KEPT; i > 0; i--) {
            Path from = i == 1 ? file : numbered(i - 1);
            if (Files.exists(from)) {
                Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path numbered(int i) {
        return file.resolveSibling("audit.log." + i);
    }
}
