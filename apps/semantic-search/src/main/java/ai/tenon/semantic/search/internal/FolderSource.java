package ai.tenon.semantic.search.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The passages of the configured folder, cut and numbered by the configured tokenizer. */
final class FolderSource implements Indexer.Source, AutoCloseable {
    /** A passage and the two special tokens have to fit. */
    private static final int MAX_PASSAGE_TOKENS = Tokenizer.MAX_TOKENS - 2;

    private final Settings settings;
    private final Function<String, String> frameworkProperty;
    private volatile Tokenizer tokenizer;

    /**
     * @param frameworkProperty yields null for what is not set
     */
    FolderSource(Settings settings, Function<String, String> frameworkProperty) {
        this.settings = settings;
        this.frameworkProperty = frameworkProperty;
    }

    @Override
    public List<Passage> passages() throws IOException {
        if (settings.folder().isBlank()) {
            throw new IOException("no folder to search; set 'folder' of ai.tenon.semantic.search");
        }
        if (tokenizer == null) {
            tokenizer = open();
        }
        int maxTokens = Math.max(1, Math.min(settings.passageTokens(), MAX_PASSAGE_TOKENS));
        PassageSplitter splitter = new PassageSplitter(tokenizer::count, maxTokens);
        TextFolder folder = new TextFolder(below("ai.tenon.data", "", settings.folder()));
        return new Library(folder, splitter, settings.maxPassages()).read();
    }

    /** Only once {@link #passages} has answered. */
    @Override
    public Tokens tokens(String text) {
        return tokenizer.encode(text);
    }

    private Tokenizer open() throws IOException {
        Path file = below("ai.tenon.distributions", "demo", settings.tokenizer());
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "there is no tokenizer "
                            + file
                            + "; set 'tokenizer' to the model's tokenizer.json");
        }
        return new Tokenizer(file);
    }

    /** An absolute path as it is, a relative one below a folder that a framework property names. */
    private Path below(String property, String sub, String path) throws IOException {
        String base = frameworkProperty.apply(property);
        if (base == null && !Path.of(path).isAbsolute()) {
            throw new IOException(
                    "'" + path + "' has to be an absolute path here: " + property + " is not set");
        }
        return base == null ? Path.of(path) : Path.of(base, sub).resolve(path).normalize();
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
