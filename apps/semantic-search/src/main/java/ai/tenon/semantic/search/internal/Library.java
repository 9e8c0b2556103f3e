package ai.tenon.semantic.search.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The passages of a folder. */
final class Library {
    private static final Logger LOG = LoggerFactory.getLogger(Library.class);

    private final TextFolder folder;
    private final PassageSplitter splitter;
    private final int maxPassages;

    Library(TextFolder folder, PassageSplitter splitter, int maxPassages) {
        this.folder = folder;
        this.splitter = splitter;
        this.maxPassages = maxPassages;
    }

    /**
     * Reads and cuts all files.
     *
     * @throws IOException if the folder cannot be read
     */
    List<Passage> read() throws IOException {
        List<Passage> passages = new ArrayList<>();
        for (Path file : folder.files()) {
            String name = folder.nameOf(file);
            for (String text : splitter.split(folder.read(file))) {
                if (passages.size() == maxPassages) {
                    LOG.warn(
                            "Only the first {} passages are searched, up to {}; 'maxPassages' sets the bound",
                            maxPassages,
                            name);
                    return passages;
                }
                passages.add(new Passage(name, text));
            }
        }
        return passages;
    }
}
