package ai.tenon.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GenerationTest {
    static final String HASH = "ab".repeat(32);

    static Generation sample() {
        return Generation.builder()
                .number(7)
                .created(1234)
                .cause("swap mini lm to 100%\nü")
                .bundle(new BundleEntry("b", "1.0.0", HASH, 8))
                .bundle(new BundleEntry("b", "2.0.0", HASH, 8))
                .bundle(new BundleEntry("a", "1.0.0", HASH, 3))
                .configuration(
                        "p~x", Map.of("list", List.of("a b", ""), "none", List.of(), "t", ""))
                .deployment(
                        new DeploymentEntry(
                                "mini lm",
                                HASH,
                                "m.onnx",
                                "",
                                false,
                                List.of("z@1", "a@2"),
                                "int8",
                                Map.of("k", "v"),
                                Map.of("threads", "2")))
                .build();
    }

    @Test
    void textAndBack() throws StoreException {
        Generation read = Generation.parse(sample().text());
        assertEquals(sample(), read);
        assertEquals(sample().hash(), read.hash());
        assertEquals(List.of("a b", ""), read.configuration().get("p~x").get("list"));
        assertEquals(List.of("z@1", "a@2"), read.deployments().get("mini lm").passes());
        assertEquals("swap mini lm to 100%\nü", read.cause());
        assertEquals(2, read.bundles("b").size());
    }

    @Test
    void orderOfBuildingDoesNotMatter() {
        Generation turned =
                sample().edit()
                        .remove(new BundleEntry("b", "1.0.0", HASH, 8))
                        .bundle(new BundleEntry("b", "1.0.0", HASH, 8))
                        .build();
        assertEquals(sample().hash(), turned.hash());
        assertNotEquals(sample().hash(), sample().edit().number(8).build().hash());
    }

    @Test
    void historyIsNoContent() {
        Generation later = sample().edit().after(sample(), 8, 5, "other\ncause").build();
        assertTrue(later.hasContentOf(sample()));
        assertFalse(later.edit().removeDeployment("mini lm").build().hasContentOf(later));
    }

    @Test
    void successorPointsToItsParentAndDistribution() {
        Generation first = sample();
        Generation second = first.edit().after(first, 8, 1, "x").build();
        Generation third = second.edit().after(second, 9, 2, "y").build();
        assertEquals(first.hash(), second.distribution());
        assertEquals(first.hash(), third.distribution());
        assertEquals(second.hash(), third.parent());
    }

    @Test
    void anythingElseIsRefused() {
        String text = sample().text();
        for (String bad :
                List.of(
                        "",
                        "x",
                        text.strip(),
                        text + "\n",
                        text.replace("format", "")
                                .replace("tenon-generation 1", "tenon-generation 2"),
                        text.replace("bundle a", "bundle  a"),
                        text.replace(HASH, "zz"),
                        text.replace(" 8\n", " 0\n"),
                        text.replace("unloaded", "maybe"),
                        text.replace("%20", "%2"),
                        text.replace("%20", "%FF"),
                        text.replace("deployment", "employment"))) {
            assertThrows(StoreException.class, () -> Generation.parse(bad), bad);
        }
    }

    @Test
    void mutationsAreReadTheSameOrRefused() {
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder(sample().text());
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(300));
                case 1 -> text.deleteCharAt(at);
                default -> text.setLength(at);
            }
            try {
                assertEquals(text.toString(), Generation.parse(text.toString()).text());
            } catch (StoreException e) {
                refused++;
            }
        }
        assertTrue(refused > 1000, "only " + refused + " refused");
    }
}
