/* Convolution of 8-bit integers: TN_CONV_Q8. */
#include <string.h>

#include "conv_rows.h"
#include "q8.h"

/* Operations that a piece of work should have at least. */
#define PIECE (16 << 20)

typedef struct job {
    const tn_kernels *k;
    tn_conv_rows rows;
    const int8_t *panels;
    void *y;
    char *local;
    size_t local_stride;
    int64_t pixels, co, padded;
    tn_q8_tiling tiling;
    tn_q8_columns q;
    tn_epi e;
} job;

size_t tn_shared_conv_q8(const void *parameters, const tn_kernels *k, int threads) {
    return tn_conv_zeros_bytes(parameters);
}

size_t tn_local_conv_q8(const void *parameters, const tn_kernels *k, int threads) {
    return tn_conv_scratch_bytes(parameters, TN_Q8_ROWS);
}

static void sums(const uint8_t *const *a, int rows, int64_t segments, int64_t length, int32_t *to) {
    memset(to, 0, sizeof(int32_t) * (size_t)rows);
    for (int64_t segment = 0; segment < segments; segment++) {
        for (int r = 0; r < rows; r++) {
            for (int64_t i = 0; i < length; i++) to[r] += a[segment * rows + r][i];
        }
    }
}

static void blocks(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_conv *p = j->rows.p;
    const struct tn_k_q8 *k = &j->k->q8;
    const tn_q8_tiling *t = &j->tiling;
    int64_t segments = j->rows.segments, length = j->rows.length;
    _Alignas(64) int32_t c[TN_Q8_ROWS * TN_Q8_COLS];
    int32_t row_sums[TN_Q8_ROWS];
    tn_conv_pixel pixel = tn_conv_locate(p, begin * t->rows);
    for (int64_t block = begin; block < end; block++, tn_conv_go(p, &pixel, t->rows)) {
        int64_t at = block * t->rows;
        int rows = (int)(j->pixels - at < t->rows ? j->pixels - at : t->rows);
        const int8_t *w = j->panels;
        for (int64_t group = 0; group < p->groups; group++) {
            const uint8_t *const *a = tn_conv_see(&j->rows, &pixel, rows, group,
                                                  j->local + j->local_stride * (size_t)thread);
            tn_q8_columns q = j->q;
            q.row_sums = row_sums;
            q.sums += group * j->padded;
            if (q.zps != NULL) {
                q.zps += group * j->padded;
                sums(a, rows, segments, j->rows.valid, row_sums);
            }
            /* columns of the group: those of the result are further on */
            tn_epi e = tn_shift(&j->e, group * j->co);
            char *y = (char *)j->y + (size_t)(group * j->co) * tn_size(j->e.out_type);
            for (int64_t col = 0; col < j->co; col += t->width) {
                int cols = (int)(j->co - col < t->width ? j->co - col : t->width);
                int units = tn_q8_units(k, t, j->co - col);
                k->tile(rows, units, segments, length, a, w, c);
                k->store(&e, &q, c, units * k->unit, y, p->y_ld, at, col, rows, cols);
                w += segments * ((length + 3) / 4 * 4) * units * k->unit;
            }
        }
    }
}

void tn_run_conv_q8(tn_run *run, const void *parameters) {
    const tn_conv p = tn_conv_flat(parameters);
    const struct tn_k_q8 *k = &run->k->q8;
    const void *w = tn_at(run, p.w);
    int64_t co = p.co / p.groups, padded = tn_q8_columns_padded(k, co);
    int64_t depth = p.kh * p.kw * p.ci / p.groups;
    job j = {.k = run->k,
             .rows = tn_conv_rows_of(&p, tn_at(run, p.x), (uint8_t *)run->shared),
             .panels = tn_q8_panels(w, p.groups * padded),
             .y = tn_at(run, p.y),
             .local = run->local,
             .local_stride = run->local_stride,
             .pixels = p.n * p.oh * p.ow,
             .co = co,
             .padded = padded,
             .tiling = tn_q8_tile(k, co),
             .q = {.sums = tn_q8_sums(w),
                   .zps = tn_q8_zps(w, p.groups * padded),
                   .a_zp = (int32_t)p.x_zp - k->offset,
                   .offset = k->offset,
                   .k = depth},
             .e = tn_resolve(run, &p.e)};
    int64_t items = (j.pixels + j.tiling.rows - 1) / j.tiling.rows;
    int64_t each = tn_q8_cost(j.tiling.rows, p.co, depth);
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), blocks, &j);
}
