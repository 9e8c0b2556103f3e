/*
 * Functions of one number (tn_fn) on vectors. Relative errors are some units in the last place;
 * NaN stays NaN, and infinities come out as the limits.
 */
#ifndef TENON_ACT_H
#define TENON_ACT_H

#include "ops.h"
#include "vec.h"

/** e^x: x = n ln 2 + r, a polynomial in r (minimax, Cephes expf), times 2^n in two steps. */
V vf v_exp(vf x) {
    x = vf_min(vf_set(89.0f), vf_max(vf_set(-104.0f), x));
    vf n = vf_round(x * 1.44269504088896341f);
    vf r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    vf p = vf_set(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    vi whole = vi_of_vf(n);
    vi half = whole >> 1;
    vi rest = whole - half;
    return p * (vf)((half + 127) << 23) * (vf)((rest + 127) << 23);
}

#define V_LOG2_E 1.44269504088896341f

/**
 * 2^x for x <= 0 (hardly above it): a polynomial in x - floor(x), minimax with 1 at 0, of error
 * 1.5e-7. Below -126 it may be 0; at minus infinity it is.
 */
V vf v_exp2_negative(vf x) {
#if VF == 16
    vf r = (vf)_mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
#else
    /* There the power of two is 0. */
    x = vf_max(vf_set(-127.0f), x);
    vf n = vf_floor(x);
    vf r = x - n;
#endif
    vf p = vf_set(1.867130178e-3f);
    p = p * r + 9.017030093e-3f;
    p = p * r + 5.579991327e-2f;
    p = p * r + 2.401644501e-1f;
    p = p * r + 6.931513118e-1f;
    p = p * r + 1.0f;
#if VF == 16
    return (vf)_mm512_scalef_ps((__m512)p, (__m512)x);
#else
    return p * (vf)((vi_of_vf(n) + 127) << 23);
#endif
}

V vf v_exp_negative(vf x) {
    return v_exp2_negative(x * V_LOG2_E);
}

V vf v_sigmoid(vf x) {
    return 1.0f / (1.0f + v_exp(-x));
}

/** Small ones by a polynomial (Cephes tanhf), others by e^2x. */
V vf v_tanh(vf x) {
    vf s = x * x;
    vf p = vf_set(-5.70498872745e-3f);
    p = p * s + 2.06390887954e-2f;
    p = p * s - 5.37397155531e-2f;
    p = p * s + 1.33314422036e-1f;
    p = p * s - 3.33332819422e-1f;
    vf small = p * s * x + x;
    vf large = 1.0f - 2.0f / (v_exp(2.0f * x) + 1.0f);
    return vf_select(vf_abs(x) < 0.625f, small, large);
}

/** A ratio of polynomials in x^2 times x, exact to the last places; beyond 4 it is 1. */
V vf v_erf(vf x) {
    x = vf_min(vf_set(4.0f), vf_max(vf_set(-4.0f), x));
    vf s = x * x;
    vf p = vf_set(-2.72614225801306e-10f);
    p = p * s + 2.77068142495902e-08f;
    p = p * s - 2.10102402082508e-06f;
    p = p * s - 5.69250639462346e-05f;
    p = p * s - 7.34990630326855e-04f;
    p = p * s - 2.95459980854025e-03f;
    p = p * s - 1.60960333262415e-02f;
    vf q = vf_set(-1.45660718464996e-05f);
    q = q * s - 2.13374055278905e-04f;
    q = q * s - 1.68282697438203e-03f;
    q = q * s - 7.37332916720468e-03f;
    q = q * s - 1.42647390514189e-02f;
    return x * p / q;
}

V vf v_gelu(vf x) {
    vf half = 0.5f * x;
    vf y = half * v_erf(x * 0.70710678118654752f) + half;
    // minus infinity times 0
    return vf_select(x < -1e30f, vf_set(0.0f), y);
}

V vf v_clip(vf x, float a, float b) {
    return vf_min(vf_set(b), vf_max(vf_set(a), x));
}

V vf v_hard_swish(vf x) {
    return x * v_clip(x * (1.0f / 6) + 0.5f, 0, 1);
}

/** x times a gate that is 0 at minus infinity. */
V vf v_gated(vf x, vf gate) {
    return vf_select(gate == 0.0f, vf_set(0.0f), x * gate);
}

/** Lane by lane with the C library, for functions that no model's time hangs on. */
#define V_EACH(name, expression)   \
    V vf name(vf x) {              \
        float lane[VF];            \
        memcpy(lane, &x, sizeof x); \
        for (int i = 0; i < VF; i++) { \
            float v = lane[i];     \
            lane[i] = expression;  \
        }                          \
        memcpy(&x, lane, sizeof x); \
        return x;                  \
    }

V_EACH(v_log, logf(v))
V_EACH(v_sin, sinf(v))
V_EACH(v_cos, cosf(v))
V_EACH(v_softplus, (v > 0 ? v : 0) + log1pf(expf(-fabsf(v))))
V_EACH(v_expm1, expm1f(v))
V_EACH(v_sign, v > 0 ? 1.0f : v < 0 ? -1.0f : v)

/** The function of that number; a and b as in ops.h. */
V vf v_fn(vf x, int64_t fn, float a, float b) {
    switch (fn) {
        case TN_ID: return x;
        case TN_RELU: return vf_max(vf_set(0.0f), x);
        case TN_CLIP: return v_clip(x, a, b);
        case TN_HARD_SWISH: return v_hard_swish(x);
        case TN_HARD_SIGMOID: return v_clip(x * a + b, 0, 1);
        case TN_SILU: return v_gated(x, v_sigmoid(x));
        case TN_SIGMOID: return v_sigmoid(x);
        case TN_GELU: return v_gelu(x);
        case TN_GELU_TANH:
            return 0.5f * x * (1.0f + v_tanh(0.7978845608028654f * (x + 0.044715f * x * x * x)));
        case TN_TANH: return v_tanh(x);
        case TN_LEAKY_RELU: return vf_select(x < 0.0f, x * a, x);
        case TN_QUICK_GELU: return v_gated(x, v_sigmoid(x * a));
        case TN_ELU: return vf_select(x < 0.0f, v_expm1(x) * a, x);
        case TN_SELU: return vf_select(x < 0.0f, v_expm1(x) * a, x) * b;
        case TN_SOFTPLUS: return v_softplus(x);
        case TN_SOFTSIGN: return x / (1.0f + vf_abs(x));
        case TN_MISH: return x * v_tanh(v_softplus(x));
        case TN_EXP: return v_exp(x);
        case TN_LOG: return v_log(x);
        case TN_SQRT: return vf_sqrt(x);
        case TN_RECIPROCAL: return 1.0f / x;
        case TN_ABS: return vf_abs(x);
        case TN_NEG: return -x;
        case TN_ERF: return v_erf(x);
        case TN_FLOOR: return vf_floor(x);
        case TN_CEIL: return vf_ceil(x);
        case TN_ROUND: return vf_round(x);
        case TN_SIGN: return v_sign(x);
        case TN_SIN: return v_sin(x);
        case TN_COS: return v_cos(x);
        case TN_AFFINE: return x * a + b;
        case TN_SQUARE: return x * x;
        case TN_THRESHOLDED_RELU: return vf_select(x > a, x, vf_set(0.0f));
        default: return x;
    }
}

#endif
