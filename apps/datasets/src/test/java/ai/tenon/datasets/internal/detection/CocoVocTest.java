package ai.tenon.datasets.internal.detection;

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

class CocoVocTest {
    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "jpg", images.resolve("a.jpg").toFile());
        Files.writeString(folder.resolve("coco.names"), "person\naeroplane\n");
        truth("a.jpg,40,20,airplane,10,5,20,10");
    }

    @Test
    void boxesAreInUnitsOfThePictureAndKindsByTheModelsNames() throws IOException {
        DataSet data = new CocoVoc().open(folder, Split.EVALUATE, Optional.empty());
        assertEquals(1, data.size());
        Sample sample = data.iterator().next();
        assertArrayEquals(new long[] {1, 3, 352, 352}, sample.inputs().get("input.1").shape());
        assertArrayEquals(
                new float[] {1, 0.25f, 0.25f, 0.75f, 0.75f},
                sample.expected().get("boxes").toFloats());
    }

    @Test
    void calibratesWithThePicturesOfAnyFolder() throws IOException {
        DataSet data =
                new CocoVoc().open(folder.resolve("images"), Split.CALIBRATE, Optional.empty());
        assertEquals(1, data.size());
        assertTrue(data.iterator().next().expected().isEmpty());
    }

    @Test
    void staysInsideItsFolder() throws IOException {
        truth("../a.jpg,40,20,airplane,10,5,20,10");
        refused("../a.jpg");
    }

    @Test
    void namesTheLineWithAnUnknownKind() throws IOException {
        truth("a.jpg,40,20,unicorn,10,5,20,10");
        refused("unicorn");
    }

    private void refused(String part) {
        var e =
                assertThrows(
                        IOException.class,
                        () -> new CocoVoc().open(folder, Split.EVALUATE, Optional.empty()));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private void truth(String line) throws IOException {
        Files.writeString(
                folder.resolve("ground_truth.csv"),
                "file,width,height,class_coco_name,x,y,w,h\n" + line + "\n");
    }
}
