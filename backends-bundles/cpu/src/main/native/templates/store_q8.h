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

/**
 * Columns from col on, n <= VF of them, that become codes of their scaled sums: one multiplication does
 * for both scales, and what is the same for all rows is done once.
 */
V void store_scaled_codes(const tn_epi *e, STORE_PARAMETERS, int64_t n, vf scale, vf bias, vi start) {
    scale = scale * e->out_inv_scale;
    bias = bias * e->out_inv_scale + e->out_add - vf_of_vi(start) * scale;
    uint8_t *to = (uint8_t *)out + row * ld + col;
    if (e->lut == NULL) {
        for (int r = 0; r < rows; r++, to += ld) {
            epilogue_codes(e, vf_of_vi(vi_load(c + r * width)) * scale + bias, to, n, NULL);
        }
    } else {
        code_table t = code_table_of(e->lut);
        for (int r = 0; r < rows; r++, to += ld) {
            epilogue_codes(e, vf_of_vi(vi_load(c + r * width)) * scale + bias, to, n, &t);
        }
    }
}

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
        if (e->fn == TN_ID && e->out_type == TN_U8 && e->residual == NULL && e->post_mul == 1 &&
            e->post_add == 0) {
            store_scaled_codes(e, STORE_ARGUMENTS, n, scale, bias, start);
            return;
        }
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
        known;                                                                                 \
        store_tile(&k, STORE_ARGUMENTS, cols);                                                 \
    }

STORE_INSTANCE(store_reals, TN_ID, TN_F32, k.residual = NULL)
STORE_INSTANCE(store_gelu, TN_GELU, TN_F32, k.residual = NULL)
STORE_INSTANCE(store_codes, TN_ID, TN_U8, k.residual = NULL)
STORE_INSTANCE(store_hard_swish, TN_HARD_SWISH, TN_U8, (k.residual = NULL, k.lut = NULL))
STORE_INSTANCE(store_sum, TN_ID, TN_U8,
               (k.residual_type = TN_U8, k.residual_first = 1, k.lut = NULL))

static void store_any(const tn_epi *e, STORE_PARAMETERS, int cols) {
    store_tile(e, STORE_ARGUMENTS, cols);
}

static void store_q8(const tn_epi *e, STORE_PARAMETERS, int cols) {
    int codes = e->out_type == TN_U8, looked_up = codes && e->lut != NULL;
    void (*store)(const tn_epi *, STORE_PARAMETERS, int) = store_any;
    if (e->post_mul != 1 || e->post_add != 0) {
        store = store_any;
    } else if (e->residual != NULL) {
        int sum = codes && e->fn == TN_ID && e->residual_type == TN_U8 && e->residual_first;
        if (sum && !looked_up) store = store_sum;
    } else if (e->fn == TN_ID) {
        store = codes ? store_codes : store_reals;
    } else if (e->fn == TN_GELU && !codes) {
        store = store_gelu;
    } else if (e->fn == TN_HARD_SWISH && codes && !looked_up) {
        store = store_hard_swish;
    }
    store(e, STORE_ARGUMENTS, cols);
}

#endif
