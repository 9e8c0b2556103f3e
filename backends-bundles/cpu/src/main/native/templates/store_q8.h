/*
 * From integer accumulators to what is stored. The common epilogues are instances of their own, in
 * which the compiler knows what they do, so that their loops choose nothing.
 */
#ifndef TENON_STORE_Q8_H
#define TENON_STORE_Q8_H

#include "epilogue.h"
#include "kernels.h"

#define STORE_PARAMETERS                                                                         \
    const tn_q8_columns *q, const int32_t *c, int width, void *out, int64_t ld, int64_t row,     \
        int64_t col, int rows
#define STORE_ARGUMENTS q, c, width, out, ld, row, col, rows

/** Columns from col on, n <= VF of them. */
V void store_columns(const tn_epi *e, STORE_PARAMETERS, int64_t n) {
    vf scale = n == VF ? vf_load(e->scale + col) : vf_load_n(e->scale + col, n);
    vi sums = n == VF ? vi_load(q->sums + col) : vi_load_n(q->sums + col, n);
    vf bias = {0};
    if (e->bias != NULL) {
        bias = n == VF ? vf_load(e->bias + col) : vf_load_n(e->bias + col, n);
    }
    if (q->zps == NULL && q->rows == NULL) {
        vi start = sums * q->a_zp;
        for (int r = 0; r < rows; r++) {
            vf v = vf_of_vi(vi_load(c + r * width) - start) * scale + bias;
            epilogue_store(e, v, out, ld, row + r, col, n);
        }
        return;
    }
    vi zps = {0};
    if (q->zps != NULL) {
        zps = n == VF ? vi_load(q->zps + col) : vi_load_n(q->zps + col, n);
    }
    const tn_row *of = q->rows == NULL ? NULL : q->rows + row;
    for (int r = 0; r < rows; r++) {
        int32_t zp = of == NULL ? q->a_zp : of[r].zp - q->offset;
        vi acc = vi_load(c + r * width) - sums * zp;
        if (q->zps != NULL) {
            /* sums are of what was multiplied */
            int32_t sum = q->row_sums[r] - q->offset * (int32_t)q->k;
            acc -= zps * (sum - zp * (int32_t)q->k);
        }
        vf v = vf_of_vi(acc) * scale;
        if (of != NULL) {
            v = v * of[r].scale;
        }
        epilogue_store(e, v + bias, out, ld, row + r, col, n);
    }
}

V void store_tile(const tn_epi *e, STORE_PARAMETERS, int cols) {
    for (; cols >= VF; cols -= VF, col += VF, c += VF) {
        store_columns(e, STORE_ARGUMENTS, VF);
    }
    if (cols > 0) {
        store_columns(e, STORE_ARGUMENTS, cols);
    }
}

#define STORE_INSTANCE(name, known_fn, known_type, known)                                      \
    static __attribute__((noinline)) void name(const tn_epi *e, STORE_PARAMETERS, int cols) {  \
        tn_epi k = *e;                                                                         \
        k.fn = known_fn;                                                                       \
        k.out_type = known_type;                                                               \
        k.post_mul = 1;                                                                        \
        k.post_add = 0;                                                                        \
        k.lut = NULL;                                                                          \
        known;                                                                                 \
        store_tile(&k, STORE_ARGUMENTS, cols);                                                 \
    }

STORE_INSTANCE(store_reals, TN_ID, TN_F32, k.residual = NULL)
STORE_INSTANCE(store_gelu, TN_GELU, TN_F32, k.residual = NULL)
STORE_INSTANCE(store_codes, TN_ID, TN_U8, k.residual = NULL)
STORE_INSTANCE(store_hard_swish, TN_HARD_SWISH, TN_U8, k.residual = NULL)
STORE_INSTANCE(store_sum, TN_ID, TN_U8, (k.residual_type = TN_U8, k.residual_first = 1))

static void store_any(const tn_epi *e, STORE_PARAMETERS, int cols) {
    store_tile(e, STORE_ARGUMENTS, cols);
}

/* Codes through a table, behind the stores: by 64 at a time where there are instructions for it. */
static void store_looked_up(const uint8_t *lut, uint8_t *out, int64_t ld, int rows, int cols) {
    for (int r = 0; r < rows; r++, out += ld) {
#if defined(__AVX512VBMI__)
        __mmask64 mask = ~0ull >> (64 - cols);
        __m512i codes = _mm512_maskz_loadu_epi8(mask, out);
        __m512i low = _mm512_permutex2var_epi8(_mm512_loadu_si512(lut), codes,
                                               _mm512_loadu_si512(lut + 64));
        __m512i high = _mm512_permutex2var_epi8(_mm512_loadu_si512(lut + 128), codes,
                                                _mm512_loadu_si512(lut + 192));
        _mm512_mask_storeu_epi8(out, mask,
                                _mm512_mask_blend_epi8(_mm512_movepi8_mask(codes), low, high));
#else
        for (int i = 0; i < cols; i++) out[i] = lut[out[i]];
#endif
    }
}

static void store_q8(const tn_epi *e, STORE_PARAMETERS, int cols) {
    int codes = e->out_type == TN_U8;
    void (*store)(const tn_epi *, STORE_PARAMETERS, int) = store_any;
    if (e->post_mul != 1 || e->post_add != 0) {
        store = store_any;
    } else if (e->residual != NULL) {
        if (codes && e->fn == TN_ID && e->residual_type == TN_U8) store = store_sum;
    } else if (e->fn == TN_ID) {
        store = codes ? store_codes : store_reals;
    } else if (e->fn == TN_GELU && !codes) {
        store = store_gelu;
    } else if (e->fn == TN_HARD_SWISH && codes) {
        store = store_hard_swish;
    }
    store(e, STORE_ARGUMENTS, cols);
    if (codes && e->lut != NULL && store != store_any) {
        store_looked_up(e->lut, (uint8_t *)out + row * ld + col, ld, rows, cols);
    }
}

#endif
