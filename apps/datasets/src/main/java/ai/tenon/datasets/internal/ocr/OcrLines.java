package ai.tenon.datasets.internal.ocr;

import ai.tenon.datasets.Split;
import ai.tenon.datasets.TaskData;
import ai.tenon.datasets.internal.LabelFile;
import ai.tenon.datasets.internal.LazyDataSet;
import ai.tenon.datasets.internal.picture.Picture;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/**
 * Lines of text as PP-OCR's recognition takes them: {@code x} is FLOAT [1, 3, 48, width], planes of
 * blue, green and red from -1 to 1, as wide as the line is at that height. The label {@code text}
 * is INT64 [characters], the class of each character but spaces: 0 is CTC's blank, then come the
 * lines of the vocabulary; -1 is a character that the vocabulary does not have.
 */
@Component
public final class OcrLines implements TaskData {
    private static final int HEIGHT = 48;

    /** From here on a picture is taken for a line of text. */
    private static final int LINE = 3;

    /** A picture and the text on it. */
    private record Line(Path file, String text) {}

    @Override
    public String name() {
        return "ocr-lines";
    }

    @Override
    public String metric() {
        return CharacterErrorRate.NAME;
    }

    @Override
    public DataSet open(Path folder, Split split, Optional<Path> vocabulary) throws IOException {
        if (split == Split.CALIBRATE) {
            List<Path> files = new ArrayList<>();
            for (Path file : Picture.in(folder.resolve("images"))) {
                Picture picture = Picture.read(file);
                if (picture.width() >= LINE * picture.height()) {
                    files.add(file);
                }
            }
            return new LazyDataSet(
                    folder.resolve("images").toString(),
                    files.size(),
                    index -> new Sample(input(files.get(index)), Map.of()));
        }
        Path keys =
                vocabulary.orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "ocr-lines needs a vocabulary: the model's characters, one"
                                                + " per line"));
        List<String> characters = new ArrayList<>(LabelFile.lines(keys));
        characters.add(0, "");
        List<Line> lines = lines(folder);
        return new LazyDataSet(
                folder.resolve("rendered").toString(),
                lines.size(),
                index ->
                        new Sample(
                                input(lines.get(index).file()),
                                Map.of("text", text(lines.get(index).text(), characters))));
    }

    private static List<Line> lines(Path folder) throws IOException {
        Path truth = folder.resolve("rendered_gt.tsv");
        List<Line> lines = new ArrayList<>();
        for (String line : LabelFile.lines(truth).stream().skip(1).toList()) {
            String[] fields = line.split("\t");
            if (fields.length != 2 || fields[0].contains("/")) {
                throw new IOException(truth + " has a line that is not 'file<tab>text': " + line);
            }
            lines.add(new Line(folder.resolve("rendered").resolve(fields[0]), fields[1]));
        }
        return lines;
    }

    private static Map<String, Tensor> input(Path file) {
        try {
            Picture picture = Picture.read(file);
            int width = (int) Math.ceil((double) HEIGHT * picture.width() / picture.height());
            return Map.of("x", picture.resized(width, HEIGHT).planes(2 / 255.0, -1));
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Tensor text(String text, List<String> characters) {
        long[] classes =
                text.replace(" ", "")
                        .codePoints()
                        .mapToLong(c -> characters.indexOf(Character.toString(c)))
                        .toArray();
        return Tensor.ofLongs(classes, classes.length);
    }
}
