package ai.tenon.cpu.internal.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoomTest {
    private record Piece(long offset, long length) {
        boolean meets(Piece other) {
            return offset < other.offset + other.length && other.offset < offset + length;
        }
    }

    @Test
    void piecesNeverOverlapAndTheirRoomIsTakenAgain() {
        Random random = new Random(11);
        Room room = new Room(1 << 20, 100);
        List<Piece> taken = new ArrayList<>();
        for (int round = 0; round < 20_000; round++) {
            if (taken.size() > 20 || !taken.isEmpty() && random.nextInt(3) == 0) {
                Piece gone = taken.remove(random.nextInt(taken.size()));
                room.free(gone.offset(), gone.length());
            } else {
                long length = random.nextInt(1000);
                Piece piece = new Piece(room.take(length), length);
                assertEquals(0, piece.offset() % 64);
                assertTrue(piece.offset() >= 100, "what was used from the start stays");
                assertTrue(piece.offset() + length <= room.end());
                assertTrue(taken.stream().noneMatch(piece::meets), "round " + round);
                taken.add(piece);
            }
        }
        taken.forEach(each -> room.free(each.offset(), each.length()));
        assertEquals(128, room.end());
    }

    @Test
    void whatIsSealedIsNotTakenAgain() {
        Room room = new Room(1 << 20, 0);
        long first = room.take(64);
        room.take(64);
        room.free(first, 64);
        room.seal(4096);
        assertEquals(4096, room.take(64));
    }

    @Test
    void thereIsAnEndToIt() {
        Room room = new Room(1000, 0);
        room.take(960);
        assertThrows(IllegalArgumentException.class, () -> room.take(64));
    }
}
