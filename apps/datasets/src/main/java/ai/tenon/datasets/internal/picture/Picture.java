package ai.tenon.datasets.internal.picture;

import ai.tenon.datasets.internal.LabelFile;
import ai.tenon.graph.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A picture on its way from a file to a model. */
public final class Picture {
    private static final long LARGEST_FILE = 64L << 20;
    private static final long MOST_PIXELS = 64L << 20;

    private final BufferedImage image;

    private Picture(BufferedImage image) {
        this.image = image;
    }

    /** The pictures of a folder, PNG and JPEG, by name. */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file ->
                                    file.toString()
                                            .toLowerCase(Locale.ROOT)
                                            .matches(".*\\.(png|jpe?g)"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Reads a PNG or JPEG file; what is transparent becomes white.
     *
     * @throws IOException if it is none, or larger than 64 MiB or 64 million pixels
     */
    public static Picture read(Path file) throws IOException {
        LabelFile.requireFile(file, LARGEST_FILE);
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException(file + " is no picture that can be read");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MOST_PIXELS) {
                    throw new IOException(file + " has " + pixels + " pixels, which is too many");
                }
                BufferedImage decoded = reader.read(0);
                return new Picture(drawn(decoded, decoded.getWidth(), decoded.getHeight()));
            } finally {
                reader.dispose();
            }
        }
    }

    public int width() {
        return image.getWidth();
    }

    public int height() {
        return image.getHeight();
    }

    /** The same picture in another size, interpolated bilinearly. */
    public Picture resized(int width, int height) {
        return new Picture(drawn(image, width, height));
    }

    private static BufferedImage drawn(BufferedImage image, int width, int height) {
        BufferedImage drawn = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = drawn.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, Color.WHITE, null);
        graphics.dispose();
        return drawn;
    }

    /**
     * Planes of blue, green and red, FLOAT [1, 3, height, width]: {@code value * scale + offset}
     * for values from 0 to 255.
     */
    public Tensor planes(double scale, double offset) {
        int plane = width() * height();
        int[] pixels = image.getRGB(0, 0, width(), height(), null, 0, width());
        float[] values = new float[3 * plane];
        for (int pixel = 0; pixel < plane; pixel++) {
            for (int colour = 0; colour < 3; colour++) {
                int value = pixels[pixel] >> 8 * colour & 0xff;
                values[colour * plane + pixel] = (float) (value * scale + offset);
            }
        }
        return Tensor.ofFloats(values, 1, 3, height(), width());
    }
}
