package ai.tenon.cli.internal.optimize;

import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.quantize.QuantizedLayer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The fields of {@code tenon optimize --json}; what was not measured is null. */
final class OutcomeJson {
    private OutcomeJson() {}

    static ObjectNode of(Outcome outcome) {
        OptimizeResult result = outcome.result();
        ObjectNode json = Json.object();
        json.putObject("input").put("path", outcome.input()).put("bytes", outcome.inputBytes());
        json.putObject("output").put("path", outcome.output()).put("bytes", outcome.outputBytes());
        json.put("scheme", outcome.scheme());
        if (outcome.latency() == null) {
            json.putNull("latency");
        } else {
            latency(json.putObject("latency"), outcome.latency());
        }
        ArrayNode accuracy = json.putArray("accuracy");
        result.accuracy().forEach(score -> score(accuracy.addObject(), score));
        ArrayNode passes = json.putArray("passes");
        result.passes().forEach(pass -> pass(passes.addObject(), pass));
        json.put("untouched", outcome.untouched());
        json.put("interrupted", result.interrupted());
        json.put("asked", outcome.asked());
        json.put("device", outcome.device());
        json.put("command", outcome.command());
        ArrayNode parts = json.putArray("sizes");
        outcome.parts().forEach(part -> part(parts.addObject(), part));
        ArrayNode layers = json.putArray("layers");
        result.layers().forEach(layer -> layer(layers.addObject(), layer));
        ArrayNode trials = json.putArray("trials");
        result.trials().forEach(trial -> trial(trials.addObject(), trial));
        ArrayNode sensitivity = json.putArray("sensitivity");
        result.sensitivity().forEach(one -> sensitivity(sensitivity.addObject(), one));
        json.set("recipe", RecipeFile.json(result.recipe()));
        json.set("notes", Json.tree(result.notes()));
        return json;
    }

    private static void latency(ObjectNode json, OptimizeResult.Latency latency) {
        json.put("backend", latency.backend()).put("threads", latency.threads());
        json.put("beforeMs", finite(latency.beforeMs())).put("afterMs", finite(latency.afterMs()));
        json.put("speedup", finite(latency.speedup()));
        json.put("speedupP10", finite(latency.speedupLow()));
        json.put("speedupP90", finite(latency.speedupHigh()));
    }

    private static void score(ObjectNode json, OptimizeResult.Score score) {
        json.put("metric", score.metric());
        json.put("before", finite(score.before())).put("after", finite(score.after()));
        json.put("dropPercent", finite(score.drop()));
        json.put("higherIsBetter", score.higherIsBetter());
        json.put("data", score.data()).put("samples", score.samples());
    }

    private static void pass(ObjectNode json, OptimizeResult.PassReport pass) {
        json.put("name", pass.name()).put("changes", pass.changes()).put("kept", pass.kept());
        json.put("reason", pass.reason()).put("version", pass.version());
        json.put("stage", pass.stage()).put("maxDifference", finite(pass.maxDifference()));
        json.set("notes", Json.tree(pass.notes()));
    }

    private static void part(ObjectNode json, SizePart part) {
        json.put("part", part.name()).put("layers", part.layers());
        json.put("quantized", part.quantized());
        json.put("bytesBefore", part.before()).put("bytesAfter", part.after());
        json.put("ratio", finite(part.ratio()));
    }

    private static void layer(ObjectNode json, QuantizedLayer layer) {
        json.put("output", layer.output()).put("name", layer.name());
        json.put("class", layer.layerClass()).put("treatment", layer.treatment());
        json.put("reason", layer.reason()).put("k", layer.length());
        json.put("bytesBefore", layer.bytesBefore()).put("bytesAfter", layer.bytesAfter());
    }

    private static void trial(ObjectNode json, OptimizeResult.Trial trial) {
        json.put("label", trial.label()).put("scheme", trial.scheme());
        json.put("millis", finite(trial.millis())).put("speedupP10", finite(trial.speedupLow()));
        json.put("bytes", trial.bytes()).put("metric", trial.metric());
        json.put("score", finite(trial.score())).put("dropPercent", finite(trial.drop()));
        json.put("chosen", trial.chosen()).put("verdict", trial.verdict());
    }

    private static void sensitivity(ObjectNode json, OptimizeResult.Sensitivity one) {
        json.put("subject", one.subject()).put("isClass", one.isClass());
        json.put("scheme", one.scheme());
        json.put("dropPercent", finite(one.drop())).put("sqnrDb", finite(one.sqnrDb()));
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
