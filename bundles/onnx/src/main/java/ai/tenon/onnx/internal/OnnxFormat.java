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
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        Path folder = file.toAbsolutePath().getParent().toRealPath();
        return new ModelReader(new ExternalData(folder)).read(parse(bytes, ModelProto.parser()));
    }

    @Override
    public Model read(ByteBuffer bytes) throws ModelFormatException {
        return new ModelReader(new ExternalData(null)).read(parse(bytes, ModelProto.parser()));
    }

    @Override
    public void write(Model model, Path file) throws IOException {
        new ModelFile(file, Integer.MAX_VALUE).write(model);
    }

    @Override
    public ByteBuffer write(Model model) throws ModelFormatException {
        try {
            if (ModelFile.isTooLarge(model, Integer.MAX_VALUE)) {
                throw Place.FILE.error("the model is too large for one buffer; write it to a file");
            }
            ModelProto proto = new ModelWriter(null).write(model);
            ByteBuffer bytes = ByteBuffer.allocateDirect(proto.getSerializedSize());
            CodedOutputStream to = CodedOutputStream.newInstance(bytes);
            proto.writeTo(to);
            to.flush();
            return bytes.flip();
        } catch (ModelFormatException e) {
            throw e;
        } catch (IOException e) {
            throw new ModelFormatException("", "the model cannot be written: " + e, e);
        }
    }

    @Override
    public Datum readValue(ByteBuffer bytes, String kind) throws ModelFormatException {
        TensorReader tensors = new TensorReader(new ExternalData(null));
        DatumReader data = new DatumReader(tensors);
        Place place = Place.FILE.at(kind);
        return switch (kind) {
            case "tensor" -> tensors.read(parse(bytes, TensorProto.parser()), place);
            case "sparse_tensor" -> tensors.read(parse(bytes, SparseTensorProto.parser()), place);
            case "sequence" -> data.read(parse(bytes, SequenceProto.parser()), place);
            case "optional" -> data.read(parse(bytes, OptionalProto.parser()), place);
            case "map" -> data.read(parse(bytes, MapProto.parser()), place);
            default -> throw place.error("no such kind of value");
        };
    }

    private static ByteBuffer map(Path file) throws IOException {
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

    /** Parses without copying: byte strings are views of the buffer. */
    static <T extends MessageLite> T parse(ByteBuffer bytes, Parser<T> parser)
            throws ModelFormatException {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes.slice()).newCodedInput();
        in.enableAliasing(true);
        try {
            T message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException("", "no ONNX protobuf: " + e.getMessage(), e);
        }
    }
}
