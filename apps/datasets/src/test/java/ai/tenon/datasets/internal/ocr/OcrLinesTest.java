package ai.tenon.datasets.internal.ocr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.datasets.Split;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OcrLinesTest {
    @TempDir private Path folder;
    private Path keys;

    @BeforeEach
    void write() throws IOException {
        picture("rendered", "line.png", 50, 24);
        picture("images", "line.png", 90, 30);
        picture("images", "page.png", 89, 30);
        Files.writeString(folder.resolve("rendered_gt.tsv"), "file\ttext\nline.png\tb a!\n");
        keys = Files.writeString(folder.resolve("keys.txt"), "a\nb\n");
    }

    @Test
    void charactersBecomeClassesAndLinesKeepTheirShape() throws IOException {
        DataSet data = new OcrLines().open(folder, Split.EVALUATE, Optional.of(keys));
        Sample sample = data.iterator().next();
        assertArrayEquals(new long[] {1, 3, 48, 100}, sample.inputs().get("x").shape());
        // black is -1; 'a' is the class behind the blank, '!' is not in the vocabulary
        assertEquals(-1, sample.inputs().get("x").toFloats()[0], 1e-6);
        assertArrayEquals(new long[] {2, 1, -1}, sample.expected().get("text").toLongs());
    }

    @Test
    void calibratesWithWhatLooksLikeALine() throws IOException {
        DataSet data = new OcrLines().open(folder, Split.CALIBRATE, Optional.empty());
        assertEquals(1, data.size());
        assertArrayEquals(
                new long[] {1, 3, 48, 144}, data.iterator().next().inputs().get("x").shape());
    }

    @Test
    void withoutAVocabularyThereAreNoLabels() {
        var e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new OcrLines().open(folder, Split.EVALUATE, Optional.empty()));
        assertTrue(e.getMessage().contains("needs a vocabulary"), e.getMessage());
    }

    private void picture(String in, String name, int width, int height) throws IOException {
        Path images = Files.createDirectories(folder.resolve(in));
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", images.resolve(name).toFile());
    }
}
