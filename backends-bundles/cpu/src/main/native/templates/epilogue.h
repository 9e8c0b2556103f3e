/* Applies an epilogue to vectors of accumulators that have become real numbers. */
#ifndef TENON_EPILOGUE_H
#define TENON_EPILOGUE_H

#include "act.h"
#include "code_table.h"
#include "epi.h"

/** VF or n < VF lanes of a residual at an element's index. */
V vf epilogue_residual(const tn_epi *e, int64_t at, int64_t n) {
    if (e->residual_type == TN_F32) {
        const float *r = (const float *)e->residual + at;
        return n == VF ? vf_load(r) : vf_load_n(r, n);
    }
    const uint8_t *r = (const uint8_t *)e->residual + at;
    vi q = n == VF ? vi_load_u8(r) : vi_load_u8_n(r, n);
    return vf_of_vi(q - (int32_t)e->residual_zp) * e->residual_scale;
}

/** The codes of v, which is in units of the output's scale. */
V vi epilogue_round(const tn_epi *e, vf v) {
    return vi_of_vf(vf_min(vf_set(e->high), vf_max(vf_set(e->low), v))) + (int32_t)e->out_zp;
}

/** Stores codes; t is NULL where there is no table. */
V void epilogue_codes(const tn_epi *e, vf v, uint8_t *out, int64_t n, const code_table *t) {
    vi q = epilogue_round(e, v);
    if (t != NULL) {
        code_table_store(t, q, out, n);
    } else if (n == VF) {
        vi_store_u8(out, q);
    } else {
        vi_store_u8_n(out, q, n);
    }
}

/**
 * Stores n <= VF lanes of v, which is at row `row`, columns from `col` on, of a result whose rows
 * are ld apart. The bias has been added.
 */
V void epilogue_store(const tn_epi *e, vf v, void *out, int64_t ld, int64_t row, int64_t col,
                      int64_t n) {
    if (e->residual != NULL && e->residual_first) {
        v += epilogue_residual(e, row * e->residual_ld + col, n);
    }
    v = v_fn(v, e->fn, e->a, e->b);
    if (e->post_mul != 1.0f || e->post_add != 0.0f) {
        v = v * e->post_mul + e->post_add;
    }
    if (e->residual != NULL && !e->residual_first) {
        v += epilogue_residual(e, row * e->residual_ld + col, n);
    }
    if (e->out_type == TN_F32) {
        float *o = (float *)out + row * ld + col;
        if (n == VF) {
            vf_store(o, v);
        } else {
            vf_store_n(o, v, n);
        }
    } else {
        v = v * e->out_inv_scale + e->out_add;
        uint8_t *o = (uint8_t *)out + row * ld + col;
        if (e->lut == NULL) {
            epilogue_codes(e, v, o, n, NULL);
        } else {
            code_table t = code_table_of(e->lut);
            epilogue_codes(e, v, o, n, &t);
        }
    }
}

#endif
