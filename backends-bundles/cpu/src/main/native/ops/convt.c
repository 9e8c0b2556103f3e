/* Transposed convolution in phases, TN_CONVT_F32 and TN_CONVT_Q8; see convt.h. */
#include "convt.h"

#include <string.h>

#include "q8.h"

#define PIECE (2 << 20)

/* A row of the output and a phase of its columns is an item. */
typedef struct job {
    const tn_kernels *k;
    const tn_conv *p;
    const char *x, *zeros;
    const void *w;
    char *y;
    size_t x_size, y_size;
    int q8;
    tn_epi e;
    /** All phases, and the bytes of panels before each. */
    const tn_phase *phases;
    const size_t *before;
} job;

/* Bytes of the panels of so many taps of a group. */
static size_t panel_bytes(const job *j, int64_t taps) {
    int64_t ci = j->p->ci / j->p->groups, co = j->p->co / j->p->groups;
    return j->q8 ? (size_t)(taps * ((ci + 3) / 4 * 4) * tn_q8_columns_padded(&j->k->q8, co))
                 : (size_t)(taps * ci) * tn_f32_packed(&j->k->f32, co, 0) * 4;
}

static const char *panels(const job *j) {
    if (!j->q8) {
        return j->w;
    }
    int64_t padded = tn_q8_columns_padded(&j->k->q8, j->p->co / j->p->groups);
    return (const char *)j->w + sizeof(tn_q8_packed) +
           (size_t)(j->p->groups * (j->p->sh * j->p->sw + 1) * padded) * 4;
}

/* Pointers to what the pixels x, x + sw, ... of row y of a phase read. */
static void point(const job *j, const tn_phase *phase, int64_t picture, int64_t y, int64_t x, int rows,
                  int64_t group, const void **to) {
    const tn_conv *p = j->p;
    int64_t ci = p->ci / p->groups;
    for (int t = 0; t < phase->count; t++) {
        int64_t iy = (y + p->pt - phase->tap[t] / p->kw * p->dh) / p->sh;
        int above = y + p->pt < phase->tap[t] / p->kw * p->dh;
        for (int r = 0; r < rows; r++) {
            int64_t at = x + r * p->sw + p->pl - phase->tap[t] % p->kw * p->dw;
            int64_t ix = at / p->sw;
            int inside = !above && iy < p->h && at >= 0 && ix < p->wd;
            int64_t from = ((picture * p->h + iy) * p->wd + ix) * p->x_ld + group * ci;
            to[t * rows + r] = inside ? j->x + (size_t)from * j->x_size : j->zeros;
        }
    }
}

static void sum_rows(const uint8_t *const *a, int rows, int64_t taps, int64_t kc, int32_t *to) {
    memset(to, 0, sizeof(int32_t) * (size_t)rows);
    for (int64_t t = 0; t < taps * rows; t++) {
        for (int64_t i = 0; i < kc; i++) to[t % rows] += a[t][i];
    }
}

/* Columns of a group for the pixels that `pointers` is for. */
static void multiply(const job *j, const tn_phase *phase, int64_t number, int64_t group, int rows,
                     const void **pointers, const char *w, int64_t pixel) {
    const tn_conv *p = j->p;
    int64_t ci = p->ci / p->groups, co = p->co / p->groups;
    tn_epi e = tn_shift(&j->e, group * co);
    if (e.residual != NULL) {
        e.residual = (const char *)e.residual + (size_t)(pixel * e.residual_ld) * tn_size(e.residual_type);
        e.residual_ld *= p->sw;
    }
    char *y = j->y + (size_t)(pixel * p->y_ld + group * co) * j->y_size;
    int64_t ld = p->y_ld * p->sw;
    if (!j->q8) {
        const struct tn_k_f32 *k = &j->k->f32;
        tn_f32_result result = tn_f32_result_of(k, &e, y, ld, 0);
        for (int64_t col = 0; col < co; col += k->nr) {
            int cols = (int)(co - col < k->nr ? co - col : k->nr);
            tn_f32_tile(&result, rows, phase->count, ci, pointers, w, 0, col, cols);
            w += (size_t)(phase->count * ci * tn_f32_width(k, cols, 0)) * 4;
        }
        return;
    }
    _Alignas(64) int32_t c[TN_TILE_ROWS * TN_TILE_COLS];
    const struct tn_k_q8 *k = &j->k->q8;
    int64_t padded = tn_q8_columns_padded(k, co), phases = p->sh * p->sw;
    const tn_q8_packed *header = j->w;
    const int32_t *sums = (const int32_t *)(header + 1);
    int32_t row_sums[TN_TILE_ROWS];
    tn_q8_columns q = {.sums = sums + (group * phases + number) * padded,
                       .zps = header->has_zps ? sums + p->groups * phases * padded + group * padded : NULL,
                       .row_sums = row_sums,
                       .a_zp = (int32_t)p->x_zp - k->offset,
                       .offset = k->offset,
                       .k = phase->count * ci};
    if (q.zps != NULL) sum_rows((const uint8_t *const *)pointers, rows, phase->count, ci, row_sums);
    tn_q8_tiling tiling = tn_q8_tile(k, co);
    for (int64_t col = 0; col < co; col += tiling.width) {
        int units = tn_q8_units(k, &tiling, co - col);
        int cols = (int)(co - col < units * k->unit ? co - col : units * k->unit);
        k->tile(rows, units, phase->count, ci, (const uint8_t *const *)pointers, (const int8_t *)w, c);
        k->store(&e, &q, c, units * k->unit, y, ld, 0, col, rows, cols);
        w += phase->count * ((ci + 3) / 4 * 4) * units * k->unit;
    }
}

static void rows(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_conv *p = j->p;
    const void *pointers[TN_CONVT_TAPS * TN_TILE_ROWS];
    int mr = j->q8 ? tn_q8_tile(&j->k->q8, p->co / p->groups).rows : j->k->f32.mr;
    size_t group_bytes = panel_bytes(j, p->kh * p->kw);
    for (int64_t row = begin; row < end; row++) {
        int64_t y = row % p->oh;
        int64_t py = (y + p->pt) % p->sh;
        for (int64_t px = 0; px < p->sw; px++) {
            const tn_phase *phase = &j->phases[py * p->sw + px];
            size_t before = j->before[py * p->sw + px];
            int64_t first = ((px - p->pl) % p->sw + p->sw) % p->sw;
            for (int64_t x = first; x < p->ow; x += mr * p->sw) {
                int64_t left = (p->ow - x + p->sw - 1) / p->sw;
                int count = (int)(left < mr ? left : mr);
                for (int64_t group = 0; group < p->groups; group++) {
                    point(j, phase, row / p->oh, y, x, count, group, pointers);
                    multiply(j, phase, py * p->sw + px, group, count, pointers,
                             panels(j) + (size_t)group * group_bytes + before, row * p->ow + x);
                }
            }
        }
    }
}

/* Shared scratch memory: phases, bytes before them, a pixel of padding. */
static size_t phase_bytes(const tn_conv *p) {
    return (size_t)(p->sh * p->sw) * (sizeof(tn_phase) + sizeof(size_t));
}

static void run_rows(tn_run *run, const tn_conv *p, int q8) {
    if (p->n * p->oh * p->ow * p->co == 0) {
        return;
    }
    if (tn_convt_is_product(p->kh, p->kw, p->sh, p->sw, p->dh, p->dw, p->groups)) {
        tn_run_convt_product(run, p, q8);
        return;
    }
    if (p->kh * p->kw > TN_CONVT_TAPS) {
        tn_fail(run, "a transposed convolution with more than %d taps", TN_CONVT_TAPS);
        return;
    }
    int64_t ci = p->ci / p->groups, count = p->sh * p->sw;
    size_t *before = (size_t *)(void *)run->shared;
    tn_phase *phases = (tn_phase *)(void *)(before + count);
    job j = {.k = run->k,
             .p = p,
             .x = tn_at(run, p->x),
             .zeros = run->shared + phase_bytes(p),
             .w = tn_at(run, p->w),
             .y = tn_at(run, p->y),
             .x_size = q8 ? 1 : 4,
             .y_size = tn_size(p->e.out_type),
             .q8 = q8,
             .e = tn_resolve(run, &p->e),
             .phases = phases,
             .before = before};
    memset(run->shared + phase_bytes(p), q8 ? (int)p->x_zp : 0, (size_t)ci * j.x_size);
    size_t bytes = 0;
    for (int64_t i = 0; i < count; i++) {
        phases[i] = tn_phase_of(p->kh, p->kw, p->sh, p->sw, p->dh, p->dw, i / p->sw, i % p->sw);
        before[i] = bytes;
        bytes += panel_bytes(&j, phases[i].count);
    }
    int64_t items = p->n * p->oh;
    int64_t each = 2 * p->ow * p->co * ci * (p->kh * p->kw / count + 1);
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), rows, &j);
}

static size_t shared_bytes(const tn_conv *p) {
    if (tn_convt_is_product(p->kh, p->kw, p->sh, p->sw, p->dh, p->dw, p->groups)) {
        return tn_shared_convt_product(p);
    }
    return phase_bytes(p) + (size_t)p->ci * 4 + 64;
}

static size_t local_bytes(const tn_conv *p, const tn_kernels *k) {
    int product = tn_convt_is_product(p->kh, p->kw, p->sh, p->sw, p->dh, p->dw, p->groups);
    return product ? tn_local_convt_product(p, k) : 0;
}

size_t tn_shared_convt_f32(const void *parameters, const tn_kernels *k, int threads) {
    return shared_bytes(parameters);
}

size_t tn_shared_convt_q8(const void *parameters, const tn_kernels *k, int threads) {
    return shared_bytes(parameters);
}

size_t tn_local_convt_f32(const void *parameters, const tn_kernels *k, int threads) {
    return local_bytes(parameters, k);
}

size_t tn_local_convt_q8(const void *parameters, const tn_kernels *k, int threads) {
    return local_bytes(parameters, k);
}

void tn_run_convt_f32(tn_run *run, const void *parameters) {
    run_rows(run, parameters, 0);
}

void tn_run_convt_q8(tn_run *run, const void *parameters) {
    run_rows(run, parameters, 1);
}
