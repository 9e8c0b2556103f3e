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
#if VF == 16
    return (vf)_mm512_scalef_ps((__m512)p, (__m512)n);
#else
    vi whole = vi_of_vf(n);
    vi half = whole >> 1;
    vi rest = whole - half;
    return p * (vf)((half + 127) << 23) * (vf)((rest + 127) << 23);
#endif
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

/** e^x - 1 for x <= 0: as v_exp, but 1 is taken from the power of two. */
V vf v_expm1_negative(vf x) {
    x = vf_max(vf_set(-30.0f), x);
    vf n = vf_round(x * V_LOG2_E);
    vf r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    vf p = vf_set(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r;
    vf power = (vf)((vi_of_vf(n) + 127) << 23);
    return power * p + (power - 1.0f);
}

V vf v_sigmoid(vf x) {
    return 1.0f / (1.0f + v_exp(-x));
}

/** By e^-2|x| - 1, which is exact to the last places near 0 too. */
V vf v_tanh(vf x) {
    vf t = v_expm1_negative(-2.0f * vf_abs(x));
    vf y = t / (2.0f + t);
    return (vf)((vi)vf_abs(y) | ((vi)x & INT32_MIN));
}

/** log((1 + s) / (1 - s)) = 2 s + 2 s^3 / 3 ... for |s| <= 1/3; minimax, of error 5e-9. */
V vf v_log_ratio(vf s) {
    vf z = s * s;
    vf p = vf_set(2.801198825e-1f);
    p = p * z + 2.800180501e-1f;
    p = p * z + 4.002152725e-1f;
    p = p * z + 6.666641629e-1f;
    return p * z * s + 2.0f * s;
}

/** x = 2^n m with m of sqrt(1/2) to sqrt(2). */
V vf v_log(vf x) {
    /* A subnormal number has an exponent only after it is made a normal one. */
    vi tiny = x < 1.17549435e-38f;
    vf normal = vf_select(tiny, x * 8388608.0f, x);
    vi bits = (vi)normal;
    /* unsigned, since of negative numbers the difference overflows */
    vi exponent = (vi)((vu)bits - 0x3F3504F3u) >> 23;
    vf n = vf_of_vi(exponent - (tiny & 23));
    vf t = (vf)((vu)bits - ((vu)exponent << 23)) - 1.0f;
    vf y = v_log_ratio(t / (2.0f + t)) + n * -2.12194440e-4f + n * 0.693359375f;
    y = vf_select(x == 0.0f, vf_set(-INFINITY), y);
    y = vf_select(x < 0.0f, vf_set(NAN), y);
    return vf_select(vf_abs(x) < INFINITY, y, x + vf_select(x < 0.0f, vf_set(NAN), x));
}

/** log(1 + e^x), whose exponential is at most 1. */
V vf v_softplus(vf x) {
    vf u = v_exp(-vf_abs(x));
    return vf_max(vf_set(0.0f), x) + v_log_ratio(u / (2.0f + u));
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

/** x tanh(log(1 + e^x)), of which the tangent is w / (w + 2) with w = e^x (e^x + 2). */
V vf v_mish(vf x) {
    vf e = v_exp(vf_min(vf_set(20.0f), x));
    vf w = e * (e + 2.0f);
    return v_gated(x, w / (w + 2.0f));
}

V vf v_gelu_tanh(vf x) {
    /* 1 + tanh(u) is twice sigmoid(2 u) */
    return v_gated(x, v_sigmoid(1.5957691216057308f * (x + 0.044715f * x * x * x)));
}

/** Lane by lane with the C library. */
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

V_EACH(v_far_sin, sinf(v))
V_EACH(v_far_cos, cosf(v))

/**
 * sin(x + quarters pi / 2): x less the nearest multiple of pi / 2, which is taken off in three
 * parts, and the series of sine and cosine up to pi / 4.
 */
V vf v_turned(vf x, int32_t quarters) {
    vf n = vf_round(x * 0.636619772367581343f);
    vf r = x - n * 1.5703125f;
    r = r - n * 4.837512969970703125e-4f;
    r = r - n * 7.54978995489188216e-8f;
    vf z = r * r;
    vf sine = vf_set(2.755731922e-6f);
    sine = sine * z - 1.984126984e-4f;
    sine = sine * z + 8.333333333e-3f;
    sine = sine * z - 1.666666667e-1f;
    sine = sine * z * r + r;
    vf cosine = vf_set(2.480158730e-5f);
    cosine = cosine * z - 1.388888889e-3f;
    cosine = cosine * z + 4.166666667e-2f;
    cosine = cosine * (z * z) - 0.5f * z + 1.0f;
    vi quarter = vi_of_vf(n) + quarters;
    vf y = vf_select((quarter & 1) == 0, sine, cosine);
    return (vf)((vi)y ^ (quarter & 2) << 30);
}

/** Where the multiples that are taken off are exact. */
V int v_all_near(vf x) {
    return vf_top(vf_select(vf_abs(x) < 1000.0f, vf_set(0.0f), vf_set(1.0f))) == 0;
}

V vf v_sin(vf x) {
    return v_all_near(x) ? v_turned(x, 0) : v_far_sin(x);
}

V vf v_cos(vf x) {
    return v_all_near(x) ? v_turned(x, 1) : v_far_cos(x);
}

V vf v_sign(vf x) {
    vf one = vf_select(x < 0.0f, vf_set(-1.0f), x);
    return vf_select(x > 0.0f, vf_set(1.0f), one);
}

/** The function of that number, which the compiler knows; a and b as in ops.h. */
V vf v_fn_known(vf x, int64_t fn, float a, float b) {
    switch (fn) {
        case TN_ID: return x;
        case TN_RELU: return vf_max(vf_set(0.0f), x);
        case TN_CLIP: return v_clip(x, a, b);
        case TN_HARD_SWISH: return v_hard_swish(x);
        case TN_HARD_SIGMOID: return v_clip(x * a + b, 0, 1);
        case TN_SILU: return v_gated(x, v_sigmoid(x));
        case TN_SIGMOID: return v_sigmoid(x);
        case TN_GELU: return v_gelu(x);
        case TN_GELU_TANH: return v_gelu_tanh(x);
        case TN_TANH: return v_tanh(x);
        case TN_LEAKY_RELU: return vf_select(x < 0.0f, x * a, x);
        case TN_QUICK_GELU: return v_gated(x, v_sigmoid(x * a));
        case TN_ELU: return vf_select(x < 0.0f, v_expm1_negative(x) * a, x);
        case TN_SELU: return vf_select(x < 0.0f, v_expm1_negative(x) * a, x) * b;
        case TN_SOFTPLUS: return v_softplus(x);
        case TN_SOFTSIGN: return x / (1.0f + vf_abs(x));
        case TN_MISH: return v_mish(x);
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

/** Any function: large, so that it stands once. */
static __attribute__((noinline, unused)) vf v_fn_any(vf x, int64_t fn, float a, float b) {
    return v_fn_known(x, fn, a, b);
}

V vf v_fn(vf x, int64_t fn, float a, float b) {
    return __builtin_constant_p(fn) ? v_fn_known(x, fn, a, b) : v_fn_any(x, fn, a, b);
}

#endif
