package ai.tenon.datasets.internal.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
    /**
     * Where the width stands in a PNG file, behind the signature and the head of its first chunk.
     */
    private static final int PNG_WIDTH = 16;

    @TempDir private Path folder;

    @Test
    void planesAreBlueGreenRed() throws IOException {
        Picture picture = Picture.read(png(0xff804000, 0x00000000));
        assertEquals(2, picture.width());
        // the second pixel is transparent, which becomes white
        assertArrayEquals(
                new float[] {0, 255, 64, 255, 128, 255}, picture.planes(1, 0).toFloats(), 0);
        assertArrayEquals(new long[] {1, 3, 1, 2}, picture.planes(1, 0).shape());
    }

    @Test
    void scalesValuesAndSize() throws IOException {
        Picture picture = Picture.read(png(0xffffffff, 0xffffffff)).resized(4, 3);
        assertArrayEquals(new long[] {1, 3, 3, 4}, picture.planes(2 / 255.0, -1).shape());
        assertEquals(1, picture.planes(2 / 255.0, -1).toFloats()[0], 1e-6);
    }

    @Test
    void aPictureThatUnpacksToTooMuchIsRefusedBeforehand() throws IOException {
        Path file = png(0xffffffff, 0xffffffff);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).putInt(PNG_WIDTH, 1 << 30);
        Files.write(file, bytes);
        var e = assertThrows(IOException.class, () -> Picture.read(file));
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }

    @Test
    void whatIsNoPictureIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("note.png"), "no picture");
        var e = assertThrows(IOException.class, () -> Picture.read(file));
        assertTrue(e.getMessage().contains("note.png"), e.getMessage());
    }

    private Path png(int first, int second) throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, first);
        image.setRGB(1, 0, second);
        Path file = folder.resolve("picture.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }
}
