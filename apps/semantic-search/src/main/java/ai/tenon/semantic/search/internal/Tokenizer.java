package ai.tenon.semantic.search.internal;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A model's own tokenizer; for any number of threads. Closing waits for those inside: its memory is
 * native.
 */
final class Tokenizer implements AutoCloseable {
    /** all-MiniLM-L6-v2's {@code max_seq_length}, special tokens included. */
    static final int MAX_TOKENS = 256;

    private static final long MAX_FILE_BYTES = 64L << 20;

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final HuggingFaceTokenizer tokenizer;
    private boolean closed;

    /**
     * @param file a {@code tokenizer.json}
     * @throws IOException if it is not there or is none
     */
    Tokenizer(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException(file + " is larger than a tokenizer can be");
        }
        // Whatever the file says itself: cut at the model's length, and pad nothing.
        Map<String, String> options =
                Map.of(
                        "truncation", "true",
                        "maxLength", String.valueOf(MAX_TOKENS),
                        "padding", "false");
        try (InputStream in = Files.newInputStream(file)) {
            tokenizer = HuggingFaceTokenizer.newInstance(in, options);
        } catch (RuntimeException e) {
            throw new IOException(file + " is no tokenizer.json: " + e.getMessage(), e);
        }
    }

    /** The text with the special tokens around it, at most {@link #MAX_TOKENS}. */
    Tokens encode(String text) {
        Encoding encoding = encode(text, true);
        return new Tokens(encoding.getIds(), encoding.getAttentionMask(), encoding.getTypeIds());
    }

    /**
     * How many tokens the text has, special ones not counted; {@link #MAX_TOKENS} or more count as
     * that.
     */
    int count(String text) {
        return encode(text, false).getIds().length;
    }

    private Encoding encode(String text, boolean special) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the tokenizer is closed");
            }
            return tokenizer.encode(text, special, false);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            tokenizer.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
