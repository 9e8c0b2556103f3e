package ai.tenon.device.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardsTest {
    @TempDir Path root;

    @Test
    void readsAnX86Server() throws IOException {
        DeviceFacts facts = Board.unfold("x86-server", root).probe("amd64");

        assertEquals(
                new CpuFacts(
                        "x86-64",
                        "amd64",
                        Optional.of("Intel(R) Xeon(R) Gold 6454S"),
                        OptionalInt.of(2),
                        List.of(
                                "AMX_BF16",
                                "AMX_INT8",
                                "AMX_TILE",
                                "AVX",
                                "AVX2",
                                "AVX512BW",
                                "AVX512CD",
                                "AVX512DQ",
                                "AVX512F",
                                "AVX512VL",
                                "AVX512_BF16",
                                "AVX512_FP16",
                                "AVX512_VNNI",
                                "AVX_VNNI",
                                "BMI2",
                                "F16C",
                                "FMA",
                                "SSE4_1",
                                "SSE4_2",
                                "SSSE3")),
                facts.cpu());
        assertEquals(
                OptionalLong.of(8L << 30), facts.memoryBytes(), "the v2 control group's limit");
        assertEquals(Optional.of("PowerEdge R760"), facts.board());
        assertEquals(
                List.of(
                        new PciDevice("8086", "09a2", "0880"),
                        new PciDevice("19e5", "d802", "1200"),
                        new PciDevice("19e5", "d802", "1200")),
                facts.pci());
        assertEquals(List.of(), facts.usb());
        assertEquals(
                List.of(
                        "/dev/davinci0",
                        "/dev/davinci1",
                        "/dev/davinci_manager",
                        "/dev/dri/renderD128",
                        "/dev/ttyS0"),
                facts.deviceNodes(),
                "no virtual consoles, no block devices");
        assertEquals(
                List.of(
                        library("libascendcl.so", "7.0.1"),
                        library("libcuda.so", "535.104.05"),
                        library("libmany.so", "1.2.3.4"),
                        new SharedLibrary("libodd.so", Optional.empty()),
                        new SharedLibrary("libplain.so", Optional.empty()),
                        library("libz.so", "1.3.1")),
                facts.libraries(),
                "neither dangling links nor other architectures");
        assertEquals(
                List.of("acpitz", "amdgpu", "coretemp", "lm25066", "x86_pkg_temp"),
                facts.sensors());
    }

    @Test
    void readsARaspberryPi() throws IOException {
        DeviceFacts facts = Board.unfold("raspberry-pi-5", root).probe("aarch64");

        assertEquals(
                new CpuFacts(
                        "aarch64",
                        "aarch64",
                        Optional.of("Cortex-A76"),
                        OptionalInt.of(2),
                        List.of("DOTPROD", "FP16", "LSE", "NEON")),
                facts.cpu());
        assertEquals(OptionalLong.of(8245472L << 10), facts.memoryBytes());
        assertEquals(Optional.of("Raspberry Pi 5 Model B Rev 1.0"), facts.board());
        assertEquals(List.of(new PciDevice("1e60", "2864", "1200")), facts.pci());
        assertEquals(
                List.of(new UsbDevice("18d1", "9302"), new UsbDevice("1d6b", "0002")), facts.usb());
        assertEquals(List.of("/dev/apex_0", "/dev/hailo0", "/dev/video0"), facts.deviceNodes());
        assertEquals(
                List.of(library("libc.so", "6"), library("libhailort.so", "4.18.0")),
                facts.libraries());
        assertEquals(List.of("cpu-thermal", "cpu_thermal", "rp1_adc"), facts.sensors());
    }

    @Test
    void readsAnRk3588() throws IOException {
        DeviceFacts facts = Board.unfold("rk3588", root).probe("aarch64");

        assertEquals(Optional.of("Cortex-A55, Cortex-A76"), facts.cpu().model());
        assertEquals(
                List.of("DOTPROD", "FP16", "LSE", "NEON"),
                facts.cpu().isa(),
                "only what all cores have");
        assertEquals(OptionalLong.of(2L << 30), facts.memoryBytes(), "the v1 parent's limit");
        assertEquals(
                List.of("/dev/dri/renderD129", "/dev/mpp_service", "/dev/rknpu"),
                facts.deviceNodes());
        assertEquals(
                List.of(new SharedLibrary("librknnrt.so", Optional.empty())), facts.libraries());
        assertEquals(List.of("npu-thermal", "soc-thermal"), facts.sensors());
    }

    @Test
    void readsAJetson() throws IOException {
        DeviceFacts facts = Board.unfold("jetson-orin", root).probe("aarch64");

        assertEquals(Optional.of("Cortex-A78AE"), facts.cpu().model());
        assertEquals(
                List.of(library("libcudart.so", "12.6.68"), library("libnvinfer.so", "10.3.0")),
                facts.libraries());
        assertEquals(List.of("/dev/nvhost-gpu", "/dev/nvidia0", "/dev/nvmap"), facts.deviceNodes());
    }

    private static SharedLibrary library(String soname, String version) {
        return new SharedLibrary(soname, Optional.of(version));
    }
}
