/*
 * Transposed convolution with a kernel as large as its stride: each input line times all taps is one
 * product, a row of [kh][kw][co] for every pixel, and becomes kh output lines. Sums first lie in
 * scratch memory; the depthwise kernel, with one tap of ones, is the epilogue of whole lines.
 */
#include "convt.h"
#include "depthwise.h"
#include "q8.h"

#define PIECE (2 << 20)

typedef struct job {
    const tn_run *run;
    const tn_conv *p;
    const char *x;
    char *y;
    const void *w;
    int q8;
    tn_epi e;
    tn_depthwise_line finish;
    /** Elements of pixels of the finished line, see tn_depthwise: a period of them. */
    int64_t together, period;
    /** Bias and scale for every column of the product; what the kernel of lines wants, for a period. */
    float *bias, *scale, *ones, *factors, *adds;
} job;

static int64_t round_up(int64_t n) {
    return (n + 63) / 64 * 64;
}

/* Elements of scratch memory: numbers for every column, and for a period. */
static int64_t columns_of(const tn_conv *p) {
    return round_up(p->kh * p->kw * p->co + 64);
}

static int64_t period_of(const tn_conv *p) {
    return round_up(p->co < 64 ? 64 * p->co : p->co);
}

size_t tn_shared_convt_product(const tn_conv *p) {
    return (size_t)(2 * columns_of(p) + 3 * period_of(p)) * sizeof(float);
}

/* The product of a line; a line of output, which may begin before the first pixel. */
static int64_t product_floats(const tn_conv *p) {
    return round_up(p->wd * p->kh * p->kw * p->co + 64);
}

size_t tn_local_convt_product(const tn_conv *p, const tn_kernels *k) {
    int64_t pixels = p->wd * p->sw > p->ow + p->pl ? p->wd * p->sw : p->ow + p->pl;
    return (size_t)(product_floats(p) + round_up(pixels * round_up(p->co) + 128)) * sizeof(float);
}

static int32_t sum(const uint8_t *x, int64_t n) {
    int32_t s = 0;
    for (int64_t i = 0; i < n; i++) s += x[i];
    return s;
}

static void multiply_q8(const job *j, const uint8_t *x, const tn_epi *e, float *to, int64_t columns) {
    const tn_conv *p = j->p;
    const struct tn_k_q8 *k = &j->run->k->q8;
    _Alignas(64) int32_t c[TN_TILE_ROWS * TN_TILE_COLS];
    const uint8_t *pointers[TN_TILE_ROWS];
    int32_t row_sums[TN_TILE_ROWS];
    const tn_q8_packed *header = j->w;
    int64_t padded = tn_q8_columns_padded(k, columns), depth = (p->ci + 3) / 4 * 4;
    const int32_t *sums = (const int32_t *)(header + 1);
    tn_q8_columns q = {.sums = sums,
                       .zps = header->has_zps ? sums + padded : NULL,
                       .row_sums = row_sums,
                       .a_zp = (int32_t)p->x_zp - k->offset,
                       .offset = k->offset,
                       .k = p->ci};
    tn_q8_tiling tiling = tn_q8_tile(k, columns);
    for (int64_t at = 0; at < p->wd; at += tiling.rows) {
        int rows = (int)(p->wd - at < tiling.rows ? p->wd - at : tiling.rows);
        for (int r = 0; r < rows; r++) {
            pointers[r] = x + (at + r) * p->x_ld;
            if (q.zps != NULL) row_sums[r] = sum(pointers[r], p->ci);
        }
        const int8_t *panel = (const int8_t *)(sums + 2 * padded);
        for (int64_t col = 0; col < columns; col += tiling.width) {
            int units = tn_q8_units(k, &tiling, columns - col);
            int width = units * k->unit;
            int cols = (int)(columns - col < width ? columns - col : width);
            k->tile(rows, units, 1, p->ci, pointers, panel, c);
            k->store(e, &q, c, width, to, columns, at, col, rows, cols);
            panel += depth * width;
        }
    }
}

/* Sums of an input line, times scale plus bias: [wd][kh][kw][co]. */
static void multiply(const job *j, int64_t line, float *to) {
    const tn_conv *p = j->p;
    int64_t columns = p->kh * p->kw * p->co;
    tn_epi e = {.bias = j->bias, .scale = j->scale, .post_mul = 1, .out_type = TN_F32};
    const char *x = j->x + (size_t)(line * p->wd * p->x_ld) * (j->q8 ? 1 : sizeof(float));
    if (j->q8) {
        multiply_q8(j, (const uint8_t *)x, &e, to, columns);
    } else {
        tn_f32_result result = tn_f32_result_of(&j->run->k->f32, &e, to, columns, 0);
        tn_multiply_rows(&result, x, p->x_ld, j->w, p->wd, columns, p->ci);
    }
}

/*
 * Output line oy of a picture from row ky of the products of its input line (NULL: there is none,
 * and what comes out is the bias).
 */
static void finish(const job *j, int64_t picture, int64_t oy, const float *product, float *line) {
    const tn_conv *p = j->p;
    const struct tn_k_window *k = &j->run->k->window;
    int64_t columns = p->kh * p->kw * p->co, reached = product == NULL ? 0 : p->wd;
    int64_t pixel = j->together ? p->co : j->period;
    if (pixel == p->co) {
        int64_t each = p->kw * p->co;
        k->spread_f32(product, columns, reached, each, line, each);
    } else {
        for (int64_t kx = 0; kx < p->kw && reached > 0; kx++) {
            k->spread_f32(product + kx * p->co, columns, reached, p->co, line + kx * pixel, p->kw * pixel);
        }
    }
    for (int64_t at = reached * p->kw; at < p->pl + p->ow; at++) {
        for (int64_t c = 0; c < p->co; c++) line[at * pixel + c] = j->bias[c];
    }
    const float *x = line + p->pl * pixel;
    int64_t row = (picture * p->oh + oy) * p->ow;
    tn_depthwise d = {.x = &x,
                      .w = j->ones,
                      .taps = 1,
                      .scale = j->factors,
                      .bias = j->adds,
                      .n = (p->ow - 1) * pixel + p->co,
                      .period = j->period,
                      .width = j->together ? j->period : p->co,
                      .y = j->y + (size_t)(row * p->y_ld) * tn_size(j->e.out_type),
                      .y_ld = j->together ? j->period : p->y_ld,
                      .e = j->e};
    tn_clamp_range(&d);
    if (j->e.residual != NULL) {
        size_t at = (size_t)(row * j->e.residual_ld) * tn_size(j->e.residual_type);
        d.e.residual = (const char *)j->e.residual + at;
    }
    if (j->together) d.e.residual_ld = j->period;
    j->finish(&d);
}

/* An item is an input line, or what would be one behind the last. */
static void lines(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_conv *p = j->p;
    float *product = tn_local(j->run, thread);
    float *line = product + product_floats(p);
    int64_t in_lines = (p->oh + p->pt + p->sh - 1) / p->sh;
    for (int64_t i = begin; i < end; i++) {
        int64_t picture = i / in_lines, iy = i % in_lines;
        if (iy < p->h) multiply(j, picture * p->h + iy, product);
        for (int64_t ky = 0; ky < p->kh; ky++) {
            int64_t oy = iy * p->sh + ky - p->pt;
            if (oy < 0 || oy >= p->oh) continue;
            finish(j, picture, oy, iy < p->h ? product + ky * p->kw * p->co : NULL, line);
        }
    }
}

void tn_run_convt_product(tn_run *run, const tn_conv *p, int q8) {
    const struct tn_k_window *k = &run->k->window;
    int64_t columns = p->kh * p->kw * p->co, lanes = k->lanes;
    job j = {.run = run,
             .p = p,
             .x = tn_at(run, p->x),
             .y = tn_at(run, p->y),
             .w = tn_at(run, p->w),
             .q8 = q8,
             .e = tn_resolve(run, &p->e)};
    j.bias = (float *)(void *)run->shared;
    j.scale = j.bias + columns_of(p);
    j.ones = j.scale + columns_of(p);
    j.factors = j.ones + period_of(p);
    j.adds = j.factors + period_of(p);
    int dense = p->y_ld == p->co && (j.e.residual == NULL || j.e.residual_ld == p->co);
    j.together = dense && p->co < 64;
    j.period = j.together ? p->co : (p->co + lanes - 1) / lanes * lanes;
    while (j.period % lanes != 0) j.period += p->co;
    for (int64_t i = 0; i < columns; i++) {
        j.bias[i] = j.e.bias == NULL ? 0 : j.e.bias[i % p->co];
        j.scale[i] = q8 ? j.e.scale[i % p->co] : 1;
    }
    j.finish = tn_depthwise_of(k, &j.e);
    for (int64_t i = 0; i < j.period; i++) {
        j.ones[i] = 1;
        j.factors[i] = tn_depthwise_factor(k, j.finish, &j.e);
        j.adds[i] = tn_depthwise_add(k, j.finish, &j.e);
    }
    int64_t items = p->n * ((p->oh + p->pt + p->sh - 1) / p->sh);
    tn_parallel(run, items, tn_grain(run, items, 2 * p->wd * columns * p->ci, PIECE), lines, &j);
}
