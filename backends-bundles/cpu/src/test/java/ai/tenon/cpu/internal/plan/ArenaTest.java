package ai.tenon.cpu.internal.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArenaTest {
    /** A buffer with the instructions at which it is first written and last read. */
    private record Life(Place place, int first, int last) {
        long begin() {
            return place.reference() & 0xFFFFFFFFFFFFL;
        }

        long end() {
            return begin() + place.bytes();
        }
    }

    @Test
    void buffersThatLiveTogetherNeverOverlap() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            int count = 2 + random.nextInt(30);
            List<Instruction> instructions = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                instructions.add(new Instruction(Opcode.COPY, "copy " + i));
            }
            List<Life> lives = new ArrayList<>();
            long all = 0;
            for (int i = 0; i + 1 < count; i++) {
                Place place = Place.arena(1 + random.nextInt(1000));
                int last = i + 1 + random.nextInt(count - i - 1);
                instructions.get(i).write(place);
                instructions.get(last).read(place);
                lives.add(new Life(place, i, last));
                all += place.bytes() + 64;
            }
            long bytes = Arena.settle(instructions);
            assertTrue(bytes <= all, bytes + " bytes are more than no sharing at all takes");
            for (Life a : lives) {
                assertEquals(0, a.begin() % 64);
                assertTrue(a.end() <= bytes);
                for (Life b : lives) {
                    boolean together = a.first() <= b.last() && b.first() <= a.last();
                    assertTrue(
                            a == b || !together || a.end() <= b.begin() || b.end() <= a.begin(),
                            "round " + round);
                }
            }
        }
    }

    @Test
    void aResultTakesThePlaceOfItsOperandOnlyWhenThatIsNoLongerNeeded() {
        Place x = Place.arena(256);
        Place y = Place.arena(256);
        Place z = Place.arena(256);
        List<Instruction> instructions =
                List.of(
                        new Instruction(Opcode.FILL, "x").write(x),
                        new Instruction(Opcode.UNARY, "y").read(x).write(y).inPlaceOf(x),
                        new Instruction(Opcode.BINARY, "z").read(x).read(y).write(z).inPlaceOf(y));
        Arena.settle(instructions);
        assertTrue(x.reference() != y.reference(), "x is read again behind y");
        assertEquals(y.reference(), z.reference());
    }

    @Test
    void buffersThatFollowEachOtherShareMemory() {
        List<Instruction> instructions = new ArrayList<>();
        Place before = Place.arena(4096);
        instructions.add(new Instruction(Opcode.FILL, "first").write(before));
        for (int i = 0; i < 20; i++) {
            Place next = Place.arena(4096);
            instructions.add(new Instruction(Opcode.COPY, "next").read(before).write(next));
            before = next;
        }
        assertEquals(2 * 4096, Arena.settle(instructions));
    }

    @Test
    void partsKeepTheirDistance() {
        Place whole = Place.arena(1024);
        Place part = whole.at(512, 128);
        Arena.settle(
                List.of(
                        new Instruction(Opcode.FILL, "part").write(part),
                        new Instruction(Opcode.COPY, "all")
                                .read(whole)
                                .write(Place.output(0, 1024))));
        assertEquals(whole.reference() + 512, part.reference());
    }
}
