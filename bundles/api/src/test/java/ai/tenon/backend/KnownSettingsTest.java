package ai.tenon.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.model.ModelFormat;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class KnownSettingsTest {
    private static final KnownSettings KNOWN = KnownSettings.of("precision", "session.");

    private static String refusal(KnownSettings known, String setting) {
        ModelFormat none =
                (ModelFormat)
                        Proxy.newProxyInstance(
                                ModelFormat.class.getClassLoader(),
                                new Class<?>[] {ModelFormat.class},
                                (proxy, method, arguments) -> null);
        ModelSource source = ModelSource.ofModel("m", "00", new Model(new Graph("g")), none);
        CompileOptions options = CompileOptions.builder().setting(setting, "1").build();
        BackendException e =
                assertThrows(BackendException.class, () -> known.require("chip", source, options));
        assertEquals(ErrorClass.FALLBACK, e.errorClass());
        return e.getMessage();
    }

    @Test
    void namesAndBeginningsAndShapesAreKnown() {
        assertTrue(KNOWN.knows("precision"));
        assertTrue(KNOWN.knows("session.intra_op.allow_spinning"));
        assertTrue(KNOWN.knows("shape.input_ids"));
        assertFalse(KNOWN.knows("precison"));
        assertFalse(KNOWN.knows("precision.more"));
        assertFalse(KNOWN.knows("session."));
        assertFalse(KNOWN.knows("sessions"));
        assertFalse(KnownSettings.NONE.knows("precision"));
    }

    @Test
    void anUnknownOneIsRefusedWithWhatItMayHaveMeant() {
        assertEquals(
                "model 'm': backend 'chip' has no setting 'precison' (did you mean 'precision'?);"
                        + " it knows precision, session.*, shape.INPUT; correct the setting or"
                        + " leave it out",
                refusal(KNOWN, "precison"));
        assertTrue(refusal(KNOWN, "Precision").contains("did you mean 'precision'?"));
        assertTrue(refusal(KNOWN, "presicion").contains("did you mean 'precision'?"));
    }

    @Test
    void beginningsMayBeMisspeltToo() {
        assertTrue(refusal(KNOWN, "sesion.log_id").contains("did you mean 'session.log_id'?"));
        assertTrue(refusal(KNOWN, "shapes.x").contains("did you mean 'shape.x'?"));
    }

    @Test
    void nothingIsGuessedFromFar() {
        assertEquals(
                "model 'm': backend 'chip' has no setting 'turbo'; it knows shape.INPUT; correct"
                        + " the setting or leave it out",
                refusal(KnownSettings.NONE, "turbo"));
        assertFalse(refusal(KNOWN, "division").contains("did you mean"));
        assertFalse(refusal(KNOWN, "mlas.log_identifier").contains("did you mean"));
        assertFalse(refusal(KNOWN, "x").contains("did you mean"));
    }

    @Test
    void aDescriptionThatSaysNothingIsToldFromOneWithoutSettings() {
        BackendDescription.Builder builder = BackendDescription.builder("chip", "a chip");
        assertTrue(builder.build().settings().isEmpty());
        assertEquals(
                KnownSettings.NONE,
                builder.settings(KnownSettings.NONE).build().settings().orElseThrow());
    }
}
