package ai.tenon.datasets.internal.banking;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.tenon.datasets.Split;
import ai.tenon.datasets.TaskData;
import ai.tenon.datasets.internal.LabelFile;
import ai.tenon.datasets.internal.LazyDataSet;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;

/**
 * Questions to a bank, each with one of 77 intents, for models that make sentence embeddings.
 * Inputs are {@code input_ids}, {@code attention_mask} and {@code token_type_ids}, INT64 [1,
 * tokens]. Labels are {@code intent}, INT64 [1]; {@code exemplar}, INT64 [1], 1 for a sentence that
 * stands for its intent and 0 for one to be classified; and {@code mask}, which is the attention
 * mask once more, since metrics do not see inputs.
 */
@Component
public final class Banking77 implements TaskData {
    private static final String EXEMPLARS = "banking77_exemplars_10_per_class.csv";
    private static final String QUESTIONS = "banking77_test_a.csv";

    /** What all-MiniLM-L6-v2 was made for. */
    private static final int MAX_TOKENS = 256;

    /** A sentence. */
    private record Row(String text, int intent, boolean exemplar) {}

    /**
     * @param tokenizers says that their native library is loaded
     */
    @Activate
    public Banking77(
            @Reference(target = "(osgi.condition.id=ai.tenon.tokenizers)") Condition tokenizers) {}

    @Override
    public String name() {
        return "banking77";
    }

    @Override
    public String metric() {
        return BankingAccuracy.NAME;
    }

    @Override
    public DataSet open(Path folder, Split split, Optional<Path> vocabulary) throws IOException {
        Path tokenizerFile =
                vocabulary.orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "banking77 needs a vocabulary: the model's tokenizer.json"));
        List<String> intents = new ArrayList<>();
        List<Row> rows = rows(folder.resolve(EXEMPLARS), intents, true);
        if (split == Split.EVALUATE) {
            rows.addAll(rows(folder.resolve(QUESTIONS), intents, false));
        }
        List<Sample> samples = new ArrayList<>();
        try (HuggingFaceTokenizer tokenizer = tokenizer(tokenizerFile)) {
            for (Row row : rows) {
                samples.add(sample(tokenizer.encode(row.text(), true, false), row, split));
            }
        }
        return new LazyDataSet("banking77", samples.size(), samples::get);
    }

    private static List<Row> rows(Path file, List<String> intents, boolean exemplar)
            throws IOException {
        List<Row> rows = new ArrayList<>();
        for (List<String> row : CsvRows.read(file)) {
            if (row.size() != 2) {
                throw new IOException(file + " has a row that is not 'text,category': " + row);
            }
            if (exemplar && !intents.contains(row.get(1))) {
                intents.add(row.get(1));
            }
            rows.add(new Row(row.get(0), intents.indexOf(row.get(1)), exemplar));
        }
        return rows;
    }

    /** Cut at the model's length and not padded, whatever the file says. */
    private static HuggingFaceTokenizer tokenizer(Path file) throws IOException {
        LabelFile.requireFile(file, 64L << 20);
        Map<String, String> options =
                Map.of(
                        "truncation", "true",
                        "maxLength", String.valueOf(MAX_TOKENS),
                        "padding", "false");
        try (InputStream in = Files.newInputStream(file)) {
            return HuggingFaceTokenizer.newInstance(in, options);
        } catch (RuntimeException e) {
            throw new IOException(file + " is no tokenizer.json: " + e.getMessage(), e);
        }
    }

    private static Sample sample(Encoding tokens, Row row, Split split) {
        int length = tokens.getIds().length;
        Tensor mask = Tensor.ofLongs(tokens.getAttentionMask(), 1, length);
        return new Sample(
                Map.of(
                        "input_ids", Tensor.ofLongs(tokens.getIds(), 1, length),
                        "attention_mask", mask,
                        "token_type_ids", Tensor.ofLongs(tokens.getTypeIds(), 1, length)),
                split == Split.CALIBRATE
                        ? Map.of()
                        : Map.of(
                                "intent",
                                Tensor.ofLongs(new long[] {row.intent()}, 1),
                                "exemplar",
                                Tensor.ofLongs(new long[] {row.exemplar() ? 1 : 0}, 1),
                                "mask",
                                mask));
    }
}
