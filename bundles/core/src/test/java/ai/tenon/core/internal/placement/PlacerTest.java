package ai.tenon.core.internal.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendDescription.PartitionPolicy;
import ai.tenon.backend.ModelSource;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacerTest {
    private final TestGraph test = new TestGraph();
    private final FakeBackend a = FakeBackend.of("a", "A", "C");
    private final FakeBackend b = FakeBackend.of("b", "B", "C");
    private final FakeBackend all = FakeBackend.ofAll("x");

    private String refusal(Candidate... choice) {
        return assertThrows(PlacementException.class, () -> test.place(choice)).getMessage();
    }

    @Test
    void aBackendThatRunsAllGetsTheOriginal() throws Exception {
        test.graph.addOutput(test.chain("A", 3, test.input("i")));
        Plan plan = test.place(a, b);
        assertFalse(plan.isCut());
        assertEquals(List.of(a), plan.backends());
        assertEquals("", plan.summary());
        assertEquals(List.of(), plan.shown());
    }

    @Test
    void anIslandInTheMiddleGoesElsewhereAndTheLineSaysWhy() throws Exception {
        Value island = test.node("B", "island", test.chain("A", 20, test.input("i")));
        test.graph.addOutput(test.chain("A", 20, island));
        assertEquals("a 20, x 1, a 20", test.sizes(a, all));
        assertEquals(
                "3 parts: a@1.0.0 40 nodes; x@1.0.0 1 node (my.B 'island', a@1.0.0: no B)",
                test.place(a, all).summary());
    }

    @Test
    void smallPartsBetweenIslandsJoinThem() throws Exception {
        Value last = test.chain("A", 40, test.input("i"));
        for (int i = 0; i < 3; i++) {
            last = test.chain("A", 2, test.node("B", "island" + i, last));
        }
        test.graph.addOutput(last);
        assertEquals("a 40, x 9", test.sizes(a, all));
        assertTrue(test.place(a, all).summary().contains("and 8 more"));
        // b runs no A: nothing can join
        assertEquals("a 40, b 1, a 2, b 1, a 2, b 1, a 2", test.sizes(a, b));
    }

    @Test
    void whatIsNotWorthACutIsLeftToABackendThatRunsAll() throws Exception {
        Value last = test.chain("A", 10, test.input("i"));
        test.graph.addOutput(test.chain("B", 11, last));
        String refusal = refusal(a, all);
        assertTrue(refusal.contains("my.B"), refusal);
        assertTrue(refusal.contains("x@1.0.0 runs all of it"), refusal);
        assertEquals("a 10, b 11", test.sizes(a, b));
    }

    @Test
    void aPartNeverDependsOnItselfThroughAnother() throws Exception {
        Value first = test.node("A", "first", test.input("i"));
        Value through = test.node("B", "through", first);
        Value beside = test.node("A", "beside", first);
        test.graph.addOutput(test.node("A", "last", through, beside));
        assertEquals("a: first beside | b: through | a: last", test.placed(a, b));
    }

    @Test
    void theOrderThatGivesFewerPartsIsTaken() throws Exception {
        Value i = test.input("i");
        Value early = test.node("B", "early", i);
        Value own = test.node("A", "own", i);
        test.graph.addOutput(test.node("A", "last", early, own));
        assertEquals("b: early | a: own last", test.placed(a, b));
    }

    @Test
    void oneThatTakesASingleCutGetsOnePartFromTheStart() throws Exception {
        FakeBackend single =
                new FakeBackend("s", PartitionPolicy.SINGLE_CUT, n -> n.opType().equals("A"));
        Value start = test.chain("A", 30, test.input("i"));
        Value island = test.node("B", "island", start);
        test.graph.addOutput(test.chain("A", 9, island));
        assertEquals("s 30, x 10", test.sizes(single, FakeBackend.of("x", "A", "B")));
        assertTrue(refusal(single, b).contains("runs one part from the start only"));
    }

    @Test
    void aNodeThatNobodyRunsIsNamedWithEachReason() {
        test.graph.addOutput(test.chain("D", 1, test.chain("A", 9, test.input("i"))));
        assertTrue(
                refusal(a, b).contains("my.D 'iaaaaaaaaad' (a@1.0.0: no D, b@1.0.0: no D)"),
                refusal(a, b));
        assertTrue(refusal(a).contains("does not run m: my.D"), refusal(a));
    }

    @Test
    void theModelIsNotCutWhereNoTensorPasses() throws Exception {
        Value first = test.node("A", "first", test.input("i"));
        Value sequence = test.node("C", "sequence", first);
        sequence.setType(new ValueType.OfSequence(TestGraph.TYPE));
        test.graph.addOutput(test.node("B", "last", sequence));
        assertEquals("a: first | b: sequence last", test.placed(a, b));
    }

    @Test
    void whatReadsOnlyConstantsGoesAlongIntoEveryPartThatReadsIt() throws Exception {
        Value weights = test.graph.addInitializer("w", Tensor.ofFloats(new float[] {1, 2}, 2));
        Value unpacked = test.node("C", "unpacked", weights);
        Value first = test.node("A", "first", test.input("i"), unpacked);
        test.graph.addOutput(test.node("B", "last", first, unpacked));
        assertEquals("a: first | b: last", test.placed(a, b));
        List<ModelSource> sources = test.place(a, b).parts().stream().map(p -> p.source()).toList();
        for (ModelSource source : sources) {
            Graph part = source.model().graph();
            assertEquals(2, part.nodes().size());
            assertEquals(1, part.inputs().size());
            assertEquals(weights.constant(), part.value("w").constant());
        }
        assertNotEquals(sources.get(0).sha256(), sources.get(1).sha256());
        assertEquals(sources.get(0).sha256(), test.place(a, b).parts().get(0).source().sha256());
    }

    @Test
    void aNodeWithSubgraphsIsOneNodeAndWhatTheyCaptureIsHandedOver() throws Exception {
        Value i = test.input("i");
        Value first = test.node("A", "first", i);
        Graph body = new Graph("body");
        Value inner = body.newValue("inner", TestGraph.TYPE);
        body.add("my", "B", "inside", List.of(first), List.of(inner));
        body.addOutput(inner);
        Value chosen = test.node("C", "chosen", i);
        chosen.producer().set(Attribute.ofGraph("then_branch", body));
        test.graph.addOutput(chosen);
        FakeBackend shallow =
                new FakeBackend("a", n -> n.attributes().isEmpty() && !n.opType().equals("B"));
        assertEquals("a: first | b: chosen", test.placed(shallow, b));
        Model part = test.place(shallow, b).parts().get(1).source().model();
        assertEquals(List.of("i", "first"), TestGraph.names(part.graph().inputs()));
    }

    @Test
    void aBackendThatRefusesANodeOnceItSeesThePartIsAskedForNoMoreOfIt() throws Exception {
        Value first = test.chain("A", 40, test.input("i"));
        test.graph.addOutput(test.node("B", "last", first));
        FakeBackend hesitant =
                new FakeBackend(
                        "a",
                        node ->
                                node.opType().equals("A")
                                        && (node.graph() == test.graph
                                                || !node.name().equals("ia")));
        assertEquals("x 1, a 39, x 1", test.sizes(hesitant, all));
        assertTrue(refusal(hesitant, b).contains("my.A 'ia'"), refusal(hesitant, b));
    }

    @Test
    void anyGraphIsCutIntoPartsThatRunInTheirOrderEachNodeOnce() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            TestGraph graph = randomGraph(random);
            Plan plan =
                    graph.place(
                            FakeBackend.of("a", "A", "C"),
                            FakeBackend.of("b", "B", "C", "D"),
                            FakeBackend.of("c", "D", "E"));
            Set<String> known = new HashSet<>(Set.of("i"));
            List<String> ran = new ArrayList<>();
            for (Plan.Part part : plan.parts()) {
                Graph own = part.source().model().graph();
                assertTrue(known.containsAll(TestGraph.names(own.inputs())), "seed " + seed);
                known.addAll(TestGraph.names(own.outputs()));
                assertTrue(part.backend().backend().support(part.source()).isComplete());
                own.nodes().forEach(node -> ran.add(node.name()));
            }
            assertTrue(plan.isCut());
            assertTrue(known.containsAll(TestGraph.names(graph.graph.outputs())));
            assertEquals(graph.graph.nodes().size(), ran.size());
            assertEquals(ran.size(), new HashSet<>(ran).size());
        }
    }

    private static TestGraph randomGraph(Random random) {
        TestGraph graph = new TestGraph();
        List<Value> values = new ArrayList<>(List.of(graph.input("i")));
        for (int n = 0; n < 30; n++) {
            Value one = values.get(random.nextInt(values.size()));
            Value other = values.get(Math.max(0, values.size() - 1 - random.nextInt(4)));
            String type = n == 0 ? "A" : List.of("A", "B", "C", "D", "E").get(random.nextInt(5));
            values.add(graph.node(type, "n" + n, one, other));
        }
        for (Value value : values) {
            if (value.uses().isEmpty()) {
                graph.graph.addOutput(value);
            }
        }
        return graph;
    }

    @Test
    void aMillionthPartIsNotLookedFor() {
        Value last = test.input("i");
        for (int n = 0; n < 400; n++) {
            last = test.node(n % 2 == 0 ? "A" : "B", "n" + n, last);
        }
        test.graph.addOutput(last);
        assertTrue(refusal(a, b).contains("400 parts"), refusal(a, b));
    }
}
