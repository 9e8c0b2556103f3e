package ai.tenon.onnx.internal;

import ai.tenon.graph.Datum;
import ai.tenon.graph.Model;
import ai.tenon.model.ModelFormat;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.MapProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.OptionalProto;
import ai.tenon.onnx.internal.proto.SequenceProto;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.osgi.service.component.annotations.Component;

/** ONNX files: protobufs whose weights are used where they lie, in the mapped file. */
@Component(property = ModelFormat.NAME + "=onnx")
public final class OnnxFormat implements ModelFormat {

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public boolean accepts(String fileName) {
        return fileName.toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    @Override
    public Model read(Path file) throws IOException {
        ByteBuffer bytes = map(file);
        return read(bytes, new ExternalData(file.toAbsolutePath().getParent().toRealPath()));
    }

    @Override
    public List<String> externalFiles(Path file) throws IOException {
        return new ExternalFiles()
                .in(
                        SkeletonReader.parse(
                                map(file), Schema.MODEL, ModelProto.parser(), new Skeleton()));
    }

    @Override
    public Model read(ByteBuffer bytes) throws ModelFormatException {
        return read(bytes, new ExternalData(null));
    }

    private static Model read(ByteBuffer bytes, ExternalData external) throws ModelFormatException {
        Skeleton skeleton = new Skeleton();
        ModelProto proto = SkeletonReader.parse(bytes, Schema.MODEL, ModelProto.parser(), skeleton);
        return new ModelReader(skeleton, external).read(proto);
    }

    @Override
    public void write(Model model, Path file) throws IOException {
        new ModelFile(file, Integer.MAX_VALUE).write(model);
    }

    @Override
    public ByteBuffer write(Model model) throws ModelFormatException {
        try {
            SkeletonWriter pieces = ModelWriter.pieces(model, null);
            if (pieces.size() > Integer.MAX_VALUE) {
                throw Place.FILE.error(
                        "a model of "
                                + pieces.size()
                                + " bytes is too large for one buffer; write it to a file");
            }
            ByteBuffer bytes = ByteBuffer.allocateDirect((int) pieces.size());
            pieces.writeTo(bytes::put);
            return bytes.flip();
        } catch (ModelFormatException e) {
            throw e;
        } catch (IOException e) {
            throw new ModelFormatException("", "the model cannot be written: " + e, e);
        }
    }

    @Override
    public Datum readValue(ByteBuffer bytes, String kind) throws ModelFormatException {
        Skeleton skeleton = new Skeleton();
        TensorReader tensors = new TensorReader(skeleton, new ExternalData(null));
        DatumReader data = new DatumReader(tensors);
        Place place = Place.FILE.at(kind);
        return switch (kind) {
            case "tensor" ->
                    tensors.read(
                            SkeletonReader.parse(
                                    bytes, Schema.TENSOR, TensorProto.parser(), skeleton),
                            place);
            case "sparse_tensor" ->
                    tensors.read(
                            SkeletonReader.parse(
                                    bytes, Schema.SPARSE, SparseTensorProto.parser(), skeleton),
                            place);
            case "sequence" ->
                    data.read(
                            SkeletonReader.parse(
                                    bytes, Schema.SEQUENCE, SequenceProto.parser(), skeleton),
                            place);
            case "optional" ->
                    data.read(
                            SkeletonReader.parse(
                                    bytes, Schema.OPTIONAL, OptionalProto.parser(), skeleton),
                            place);
            case "map" ->
                    data.read(
                            SkeletonReader.parse(bytes, Schema.MAP, MapProto.parser(), skeleton),
                            place);
            default -> throw place.error("no such kind of value");
        };
    }

    private static ByteBuffer map(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw Place.FILE.error(file + " is no file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw Place.FILE.error(
                        file.getFileName()
                                + " has "
                                + channel.size()
                                + " bytes, and an ONNX file holds less than 2 GiB: save the model"
                                + " with external data");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }
}
