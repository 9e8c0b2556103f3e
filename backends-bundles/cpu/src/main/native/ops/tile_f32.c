/* Tiles with their epilogues: in registers where that will do, else from the cache. */
#include <math.h>

#include "f32.h"

tn_f32_result tn_f32_result_of(const struct tn_k_f32 *k, const tn_epi *e, void *out, int64_t ld,
                               int bf16) {
    tn_f32_result r = {.k = k, .e = *e, .out = out, .ld = ld, .bf16 = bf16};
    int clamps = e->fn == TN_ID || e->fn == TN_RELU || e->fn == TN_CLIP;
    int plain = e->out_type == TN_F32 && e->post_mul == 1 && e->post_add == 0;
    int before = e->residual == NULL ||
                 (e->residual_type == TN_F32 && (e->residual_first || e->fn == TN_ID));
    r.direct = clamps && plain && before;
    r.low = e->fn == TN_RELU ? 0 : e->fn == TN_CLIP ? e->a : -INFINITY;
    r.high = e->fn == TN_CLIP ? e->b : INFINITY;
    return r;
}

static void multiply(const tn_f32_result *result, int rows, int64_t taps, int64_t kc, const void *a,
                     const void *b, const tn_tile *t) {
    const struct tn_k_f32 *k = result->k;
    int width = tn_f32_width(k, t->cols, result->bf16);
    if (result->bf16) {
        (width == k->nr ? k->tile_bf16 : k->tile_bf16_narrow)(rows, taps, kc, a, b, t);
    } else {
        k->tiles[width / k->unit - 1](rows, taps, kc, a, b, t);
    }
}

void tn_f32_tile(const tn_f32_result *result, int rows, int64_t taps, int64_t kc, const void *a,
                 const void *b, int64_t row, int64_t col, int cols) {
    const tn_epi *e = &result->e;
    tn_tile t = {.cols = cols};
    if (result->direct) {
        t.bias = e->bias == NULL ? NULL : e->bias + col;
        t.low = result->low;
        t.high = result->high;
        t.out = (float *)result->out + row * result->ld + col;
        t.ld = result->ld;
        if (e->residual != NULL) {
            t.add = (const float *)e->residual + row * e->residual_ld + col;
            t.add_ld = e->residual_ld;
        }
        multiply(result, rows, taps, kc, a, b, &t);
        return;
    }
    _Alignas(64) float c[TN_TILE_ROWS * TN_TILE_COLS];
    int width = tn_f32_width(result->k, cols, result->bf16);
    t.low = -INFINITY;
    t.high = INFINITY;
    t.out = c;
    t.ld = width;
    multiply(result, rows, taps, kc, a, b, &t);
    result->k->store(e, c, width, result->out, result->ld, row, col, rows, cols);
}
