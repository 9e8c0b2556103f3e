package ai.tenon.cpu.internal;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.cpu.internal.plan.Plan;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A model as it was packed, in a file beside others of its kind: a header (what is where, the plans
 * that were made, the model's signature), and the packed weights from a page's beginning on, made
 * to be mapped. Whatever does not fit the key or the checksum is no such file, and is packed again.
 *
 * @param entries where packed weights lie, by their keys: offset and length
 * @param plans by the shapes of their inputs
 * @param blobOffset where in the file the weights begin
 * @param blobBytes of weights, a multiple of the page
 */
record PackedFile(
        Signature signature,
        Map<String, long[]> entries,
        Map<long[][], Plan> plans,
        long blobOffset,
        long blobBytes) {
    private static final int MAGIC = 0x544E504B;
    private static final int PAGE = 4096;
    private static final int FIXED = Integer.BYTES + Integer.BYTES + Long.BYTES;
    private static final int MOST_HEADER = 64 << 20;

    /**
     * Reads the header.
     *
     * @return null if there is no such file, or it is not what it should be
     */
    static PackedFile read(Path file, String key) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer fixed = ByteBuffer.allocate(FIXED);
            fill(channel, fixed, 0);
            fixed.flip();
            int magic = fixed.getInt();
            int length = fixed.getInt();
            long checksum = fixed.getLong();
            if (magic != MAGIC || length < 0 || length > MOST_HEADER || length > channel.size()) {
                return null;
            }
            ByteBuffer header = ByteBuffer.allocate(length);
            fill(channel, header, FIXED);
            if (checksum(header.array()) != checksum) {
                return null;
            }
            PackedFile packed = parse(header.array(), key, blobOffset(length));
            return packed == null || packed.blobOffset() + packed.blobBytes() != channel.size()
                    ? null
                    : packed;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, long position)
            throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the file is too short");
            }
        }
    }

    private static long blobOffset(int header) {
        return (FIXED + (long) header + PAGE - 1) / PAGE * PAGE;
    }

    /** So many bytes, rounded up to whole pages. */
    static long pages(long bytes) {
        return (bytes + PAGE - 1) / PAGE * PAGE;
    }

    private static long checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    /**
     * Writes a file that is there whole or not at all.
     *
     * @param weights of {@code blobBytes}
     */
    void write(Path file, String key, ByteBuffer weights) throws IOException {
        byte[] header = header(key);
        Files.createDirectories(file.getParent());
        Path half = Files.createTempFile(file.getParent(), "packed", ".half");
        try {
            try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
                ByteBuffer fixed = ByteBuffer.allocate(FIXED);
                fixed.putInt(MAGIC).putInt(header.length).putLong(checksum(header)).flip();
                write(channel, fixed, 0);
                write(channel, ByteBuffer.wrap(header), FIXED);
                write(channel, weights.duplicate(), blobOffset(header.length));
                channel.force(true);
            }
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } finally {
            Files.deleteIfExists(half);
        }
    }

    private static void write(FileChannel channel, ByteBuffer buffer, long position)
            throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    private byte[] header(String key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(key);
        out.writeLong(blobBytes);
        write(signature.inputs(), out);
        write(signature.outputs(), out);
        out.writeInt(entries.size());
        for (Map.Entry<String, long[]> entry : entries.entrySet()) {
            out.writeUTF(entry.getKey());
            write(entry.getValue(), out);
        }
        out.writeInt(plans.size());
        for (Map.Entry<long[][], Plan> entry : plans.entrySet()) {
            out.writeInt(entry.getKey().length);
            for (long[] shape : entry.getKey()) {
                write(shape, out);
            }
            write(entry.getValue(), out);
        }
        return bytes.toByteArray();
    }

    private static void write(long[] numbers, DataOutputStream out) throws IOException {
        out.writeInt(numbers.length);
        for (long number : numbers) {
            out.writeLong(number);
        }
    }

    private static void write(List<TensorSpec> specs, DataOutputStream out) throws IOException {
        out.writeInt(specs.size());
        for (TensorSpec spec : specs) {
            out.writeUTF(spec.name());
            out.writeInt(spec.type().code());
            out.writeInt(spec.shape() == null ? -1 : spec.shape().rank());
            if (spec.shape() != null) {
                for (Dimension dimension : spec.shape().dimensions()) {
                    out.writeLong(dimension.length());
                    out.writeUTF(dimension.symbol() == null ? "" : dimension.symbol());
                }
            }
        }
    }

    private static void write(Plan plan, DataOutputStream out) throws IOException {
        write(plan.code(), out);
        out.writeLong(plan.arenaBytes());
        out.writeInt(plan.outputs().size());
        for (Plan.Output output : plan.outputs()) {
            out.writeInt(output.type().code());
            write(output.shape(), out);
        }
        out.writeInt(plan.steps().size());
        for (Plan.Step step : plan.steps()) {
            out.writeUTF(step.name());
            out.writeUTF(step.kernel());
            out.writeInt(step.opcode());
            out.writeLong(step.operations());
            out.writeLong(step.bytes());
        }
    }

    private static PackedFile parse(byte[] header, String key, long blobOffset) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(header));
        if (!in.readUTF().equals(key)) {
            return null;
        }
        long blobBytes = in.readLong();
        Signature signature = new Signature(specs(in), specs(in));
        Map<String, long[]> entries = new LinkedHashMap<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            entries.put(in.readUTF(), longs(in));
        }
        Map<long[][], Plan> plans = new LinkedHashMap<>();
        int planCount = in.readInt();
        for (int i = 0; i < planCount; i++) {
            long[][] shapes = new long[in.readInt()][];
            for (int j = 0; j < shapes.length; j++) {
                shapes[j] = longs(in);
            }
            plans.put(shapes, plan(in));
        }
        return new PackedFile(signature, entries, plans, blobOffset, blobBytes);
    }

    private static long[] longs(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available() / Long.BYTES) {
            throw new IOException("a list of " + length + " numbers is longer than the file");
        }
        long[] numbers = new long[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = in.readLong();
        }
        return numbers;
    }

    private static List<TensorSpec> specs(DataInputStream in) throws IOException {
        List<TensorSpec> specs = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            DataType type = DataType.ofCode(in.readInt());
            int rank = in.readInt();
            List<Dimension> dimensions = new ArrayList<>();
            for (int axis = 0; axis < rank; axis++) {
                long length = in.readLong();
                String symbol = in.readUTF();
                dimensions.add(new Dimension(length, symbol.isEmpty() ? null : symbol));
            }
            specs.add(TensorSpec.of(name, type, rank < 0 ? null : new Shape(dimensions)));
        }
        return specs;
    }

    private static Plan plan(DataInputStream in) throws IOException {
        long[] code = longs(in);
        long arenaBytes = in.readLong();
        List<Plan.Output> outputs = new ArrayList<>();
        int outputCount = in.readInt();
        for (int i = 0; i < outputCount; i++) {
            outputs.add(new Plan.Output(DataType.ofCode(in.readInt()), longs(in)));
        }
        List<Plan.Step> steps = new ArrayList<>();
        int stepCount = in.readInt();
        for (int i = 0; i < stepCount; i++) {
            steps.add(
                    new Plan.Step(
                            in.readUTF(),
                            in.readUTF(),
                            in.readInt(),
                            in.readLong(),
                            in.readLong()));
        }
        return new Plan(code, arenaBytes, outputs, steps);
    }
}
