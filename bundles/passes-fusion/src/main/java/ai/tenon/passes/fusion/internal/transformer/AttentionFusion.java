package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Makes an Attention of scaled dot products between queries and keys, their masks, the softmax and
 * the product with the values; with the splitting into heads and their joining where all of it is
 * there, and with the cache of keys and values where it can be had.
 */
@Component
public final class AttentionFusion implements GraphPass {
    private static final long OPSET = 23;

    /** A cache of keys or values and what is new. */
    private record Cache(Value past, Heads added, Node concat) {
        static Cache of(Heads heads, Types types) {
            Node concat = Match.producer(heads.byHead(), "Concat");
            boolean appends =
                    concat != null
                            && concat.inputs().size() == 2
                            && (concat.intAttribute("axis", 0) == 2
                                    || concat.intAttribute("axis", 0) == -2)
                            && concat.input(0) != concat.input(1);
            return appends
                    ? new Cache(concat.input(0), Heads.of(concat.input(1), types), concat)
                    : null;
        }
    }

    @Override
    public String name() {
        return "attention";
    }

    @Override
    public Stage stage() {
        return Stage.FUSION;
    }

    @Override
    public Set<String> after() {
        return Set.of("rotary-embedding");
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        Masks masks = new Masks();
        return Fusion.apply(model, "", OPSET, (node, types) -> match(node, types, masks));
    }

    private static Runnable match(Node product, Types types, Masks masks) {
        AttentionCore core = AttentionCore.of(product, types);
        if (core == null || !Masks.fit(core, types)) {
            return null;
        }
        long heads = core.q().count(types);
        long shared = core.k().count(types);
        boolean headsFit =
                shared > 0 && heads > 0 && heads % shared == 0 && core.v().count(types) == shared;
        if (!headsFit || core.v().byHead() == null || core.q().byHead() == null) {
            return null;
        }
        Runnable cached = withCache(core, types, masks);
        return cached != null ? cached : fuse(core, core.k(), core.v(), null, types, masks);
    }

    private static Runnable withCache(AttentionCore core, Types types, Masks masks) {
        Cache k = Cache.of(core.k(), types);
        Cache v = Cache.of(core.v(), types);
        boolean masksFit =
                core.masks().stream()
                        .allMatch(
                                mask ->
                                        Masks.isWhole(
                                                mask.value(),
                                                core.q().length(types),
                                                core.k().length(types),
                                                types));
        if (k == null || v == null || !masksFit || k.concat == v.concat) {
            return null;
        }
        return fuse(core, k.added, v.added, List.of(k, v), types, masks);
    }

    /**
     * @param caches of keys and of values; null if they are not to be touched
     */
    private static Runnable fuse(
            AttentionCore core, Heads k, Heads v, List<Cache> caches, Types types, Masks masks) {
        Group group = new Group();
        group.addAll(core.group());
        long heads = core.q().count(types);
        long shared = core.k().count(types);
        boolean areFlat = core.q().flat() != null && k.flat() != null && v.flat() != null;
        Node merge =
                areFlat ? Heads.merged(core.result(), heads, v.size(types), types, group) : null;
        Value result = merge == null ? core.result() : merge.output(0);
        List<Value> results = new ArrayList<>(List.of(result));
        List<Value> inputs =
                merge == null
                        ? Arrays.asList(core.q().byHead(), k.byHead(), v.byHead())
                        : List.of(core.q().flat(), k.flat(), v.flat());
        if (caches != null) {
            caches.forEach(cache -> results.add(cache.concat.output(0)));
            caches.forEach(cache -> group.add(cache.concat));
            List<Value> read = new ArrayList<>(inputs);
            caches.forEach(cache -> read.add(cache.past));
            core.masks().forEach(mask -> read.add(mask.value()));
            if (group.leadsTo(read)) {
                return null;
            }
        }
        if (!group.isClosed(results.toArray(Value[]::new))) {
            return null;
        }
        return () -> {
            Node last = result.producer();
            List<Value> all = new ArrayList<>(inputs);
            if (all.get(1) == null) {
                all.set(1, byHead(k.bySequence(), last));
            }
            all.add(masks.make(core, last, types));
            if (caches != null) {
                caches.forEach(cache -> all.add(cache.past));
            } else if (all.get(3) == null) {
                all.remove(3);
            }
            Node attention = Group.replace(last, "", "Attention", all, results);
            attention.set(Attribute.ofFloat("scale", core.scale()));
            if (merge != null) {
                attention.set(Attribute.ofInt("q_num_heads", heads));
                attention.set(Attribute.ofInt("kv_num_heads", shared));
            }
        };
    }

    private static Value byHead(Value bySequence, Node before) {
        Node transpose = Rewrite.insert(before, "Transpose", bySequence.name(), null, bySequence);
        transpose.set(Attribute.ofInts("perm", 0, 2, 1, 3));
        return transpose.output(0);
    }
}
