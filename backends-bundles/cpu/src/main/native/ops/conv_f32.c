/*
 * Convolution of TN_F32 as a product: rows are output pixels, found through pointers to the input
 * pixels under each tap; pixels of the padding are a row of zeros. Where channels are few, the
 * pixels under all taps are gathered into one row instead.
 */
#include <string.h>

#include "f32.h"

#define PIECE (2 << 20)
/* With fewer channels than this a tap is too short a loop. */
#define FEW_CHANNELS 8

typedef struct job {
    const tn_kernels *k;
    const tn_conv *p;
    const float *x, *w, *zeros;
    float *y;
    char *local;
    size_t local_stride;
    int64_t pixels, ci, co, taps, panel_floats;
    tn_epi e;
} job;

static int gathers(const tn_conv *p) {
    return p->x_nchw || (p->ci / p->groups < FEW_CHANNELS && p->kh * p->kw > 1);
}

size_t tn_shared_conv_f32(const void *parameters, const tn_kernels *k, int threads) {
    const tn_conv *p = parameters;
    return (size_t)(p->ci / p->groups) * 4 + 64;
}

size_t tn_local_conv_f32(const void *parameters, const tn_kernels *k, int threads) {
    const tn_conv *p = parameters;
    size_t taps = (size_t)(p->kh * p->kw);
    size_t depth = taps * (size_t)(p->ci / p->groups);
    return gathers(p) ? (depth * (size_t)k->f32.mr + 16) * 4 : taps * (size_t)k->f32.mr * sizeof(void *);
}

#define ELEMENT float
#include "conv_rows.inc"

static void blocks(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_conv *p = j->p;
    const struct tn_k_f32 *k = &j->k->f32;
    _Alignas(64) float c[TN_TILE_ROWS * TN_TILE_COLS];
    const float *gathered[TN_TILE_ROWS];
    int64_t depth = j->taps * j->ci;
    for (int64_t block = begin; block < end; block++) {
        int64_t at = block * k->mr;
        int rows = (int)(j->pixels - at < k->mr ? j->pixels - at : k->mr);
        const float *w = j->w;
        for (int64_t group = 0; group < p->groups; group++) {
            const float **pointers = (const float **)(j->local + j->local_stride * (size_t)thread);
            int64_t taps = j->taps, kc = j->ci;
            if (gathers(p)) {
                float *patch = (float *)pointers;
                gather(j, at, rows, group, patch, depth);
                for (int r = 0; r < rows; r++) gathered[r] = patch + r * depth;
                pointers = gathered;
                taps = 1;
                kc = depth;
            } else {
                point(j, at, rows, group, pointers);
            }
            for (int64_t col = 0; col < j->co; col += k->nr) {
                int cols = (int)(j->co - col < k->nr ? j->co - col : k->nr);
                int width = tn_f32_width(k, cols);
                (width == k->nr ? k->tile : k->tile_narrow)(rows, taps, kc, pointers, w, c);
                k->store(&j->e, c, width, j->y, p->y_ld, at, group * j->co + col, rows, cols);
                w += depth * width;
            }
        }
    }
}

void tn_run_conv_f32(tn_run *run, const void *parameters) {
    const tn_conv as_line = flat(parameters);
    const tn_conv *p = &as_line;
    job j = {.k = run->k,
             .p = p,
             .x = tn_at(run, p->x),
             .w = tn_at(run, p->w),
             .y = tn_at(run, p->y),
             .zeros = (const float *)run->shared,
             .local = run->local,
             .local_stride = run->local_stride,
             .pixels = p->n * p->oh * p->ow,
             .ci = p->ci / p->groups,
             .co = p->co / p->groups,
             .taps = p->kh * p->kw,
             .e = tn_resolve(run, &p->e)};
    memset(run->shared, 0, (size_t)j.ci * 4);
    int64_t items = (j.pixels + run->k->f32.mr - 1) / run->k->f32.mr;
    int64_t each = 2 * run->k->f32.mr * j.taps * j.ci * p->co;
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), blocks, &j);
}
