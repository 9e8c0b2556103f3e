package ai.tenon.datasets.internal.detection;

import ai.tenon.datasets.Split;
import ai.tenon.datasets.TaskData;
import ai.tenon.datasets.internal.LabelFile;
import ai.tenon.datasets.internal.LazyDataSet;
import ai.tenon.datasets.internal.picture.Picture;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;

/**
 * Pictures of Pascal VOC with boxes around the things of COCO's kinds, for FastestDet: {@code
 * input.1} is FLOAT [1, 3, 352, 352], planes of blue, green and red from 0 to 1. The label {@code
 * boxes} is FLOAT [things, 5]: kind, then left, top, right and bottom in units of the picture.
 */
@Component
public final class CocoVoc implements TaskData {
    private static final int SIDE = 352;
    private static final int FIELDS = 8;

    /** What the names file of the model calls them, by the names of COCO today. */
    private static final Map<String, String> OLD_NAMES =
            Map.of(
                    "airplane", "aeroplane",
                    "tv", "tvmonitor",
                    "dining table", "diningtable",
                    "motorcycle", "motorbike",
                    "couch", "sofa",
                    "potted plant", "pottedplant");

    @Override
    public String name() {
        return "coco-voc";
    }

    @Override
    public String metric() {
        return Map50.NAME;
    }

    @Override
    public DataSet open(Path folder, Split split, Optional<Path> vocabulary) throws IOException {
        Path images = folder.resolve("images");
        if (split == Split.CALIBRATE) {
            List<Path> files = Picture.in(Files.isDirectory(images) ? images : folder);
            return new LazyDataSet(
                    folder.toString(),
                    files.size(),
                    index -> new Sample(input(files.get(index)), Map.of()));
        }
        Map<String, List<Box>> truth =
                truth(folder.resolve("ground_truth.csv"), kinds(folder.resolve("coco.names")));
        List<String> names = List.copyOf(truth.keySet());
        return new LazyDataSet(
                images.toString(),
                names.size(),
                index ->
                        new Sample(
                                input(images.resolve(names.get(index))),
                                Map.of("boxes", TrueBoxes.tensor(truth.get(names.get(index))))));
    }

    private static Map<String, Tensor> input(Path file) {
        try {
            return Map.of("input.1", Picture.read(file).resized(SIDE, SIDE).planes(1 / 255.0, 0));
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static List<String> kinds(Path file) throws IOException {
        return LabelFile.lines(file).stream().map(String::strip).toList();
    }

    /** Boxes by file name. Lines are {@code file,width,height,class,x,y,w,h}, in pixels. */
    private static Map<String, List<Box>> truth(Path file, List<String> kinds) throws IOException {
        Map<String, List<Box>> boxes = new TreeMap<>();
        for (String line : LabelFile.lines(file).stream().skip(1).toList()) {
            String[] fields = line.split(",");
            try {
                if (fields.length != FIELDS || fields[0].contains("/")) {
                    throw new NumberFormatException(fields.length + " fields");
                }
                boxes.computeIfAbsent(fields[0], name -> new ArrayList<>()).add(box(fields, kinds));
            } catch (NumberFormatException e) {
                throw new IOException(file + " has a line that cannot be read: " + line, e);
            }
        }
        return boxes;
    }

    private static Box box(String[] fields, List<String> kinds) {
        int kind = kinds.indexOf(OLD_NAMES.getOrDefault(fields[3], fields[3]));
        if (kind < 0) {
            throw new NumberFormatException("unknown kind " + fields[3]);
        }
        double width = Double.parseDouble(fields[1]);
        double height = Double.parseDouble(fields[2]);
        double left = Double.parseDouble(fields[4]) / width;
        double top = Double.parseDouble(fields[5]) / height;
        double right = left + Double.parseDouble(fields[6]) / width;
        double bottom = top + Double.parseDouble(fields[7]) / height;
        return new Box(kind, left, top, right, bottom, 1);
    }
}
