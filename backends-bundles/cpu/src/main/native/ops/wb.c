/*
 * TN_GEMM_WB. Panels of columns are divided among threads. Integer products (precision 1), and
 * those of few rows of floats, take the weights as they are: rows of A are packed first, and each
 * panel meets all their tiles while it is in the cache. For many rows of floats a piece of a panel
 * is decoded, which then is an ordinary matrix product.
 */
#include <string.h>

#include "epi.h"
#include "grain.h"
#include "kernels.h"
#include "wb_layout.h"

/* Rows at a time, a multiple of all tiles; in 8 bits they fit in a cache. */
#define ROWS 192
/* From so many rows on decoding pays. */
#define DECODE_FROM 3
/* Rows of weights that are decoded at a time, or one block if it is longer. */
#define DECODED 256
/* What a core does: floats that are quantized, multiply-adds, bytes of weights. */
#define FLOATS_PER_NANO 3
#define MACS_PER_NANO 100
#define BYTES_PER_NANO 40

typedef struct gemm_wb {
    const tn_gemm_wb *p;
    const tn_run *run;
    const struct tn_k_wb *k;
    const int *heights;
    const float *a;
    const char *panels;
    char *packed;
    tn_epi e;
    void *c;
    wb_layout layout;
    int64_t zeros, row_bytes;
    int bits;
    /* the rows at hand */
    int64_t row0, rows;
} gemm_wb;

static int decodes(const tn_gemm_wb *p) {
    return p->precision == 0 && p->m >= DECODE_FROM;
}

/* The place in heights of the highest tile for that many rows. */
static int tile_for(const int *heights, int64_t rows) {
    int i = 0;
    while (heights[i] > rows) i++;
    return i;
}

static void pack_exact(const float *x, int64_t n, int64_t padded, float *target) {
    float total = 0;
    for (int64_t i = 0; i < n; i++) total += x[i];
    memcpy(target, x, (size_t)n * sizeof(float));
    memset(target + n, 0, (size_t)(padded - n) * sizeof(float));
    target[padded] = total;
}

/* Quantizes a block of a row; rows of a tile lie interleaved by 4 bytes. */
static void pack_quantized(const gemm_wb *g, const float *x, int64_t n, int64_t padded,
                           int64_t height, int8_t *target, char *tail) {
    int8_t scratch[WB_LONGEST];
    int8_t *q = height == 1 ? target : scratch;
    float scale;
    int32_t sum = g->k->quantize(x, n, q, &scale);
    memset(q + n, 0, (size_t)(padded - n));
    for (int64_t i = 0; i < padded && height > 1; i += 4) memcpy(target + i * height, q + i, 4);
    ((float *)tail)[0] = scale;
    ((int32_t *)tail)[height] = -tn_wb_offset(g->p->bits) * sum;
    ((float *)tail)[2 * height] = scale * (float)sum;
}

/* Row m of a tile. */
static void pack_row(const gemm_wb *g, const float *x, int64_t m, int64_t height, char *tile) {
    const wb_layout *l = &g->layout;
    int64_t padded = l->steps * TN_WB_STEP;
    for (int64_t b = 0; b < l->blocks; b++) {
        int64_t k0 = b * l->block;
        int64_t n = g->p->k - k0 < l->block ? g->p->k - k0 : l->block;
        char *target = tile + b * (g->row_bytes / l->blocks) * height;
        if (g->p->precision == 1) {
            pack_quantized(g, x + k0, n, padded, height, (int8_t *)target + m * 4,
                           target + padded * height + m * 4);
        } else {
            pack_exact(x + k0, n, padded, (float *)target);
        }
    }
}

/* Items are rows, by the number of the highest tile. */
static void pack_task(void *argument, int64_t begin, int64_t end, int thread) {
    const gemm_wb *g = argument;
    for (int64_t row = begin; row < end;) {
        int height = g->heights[tile_for(g->heights, end - row)];
        for (int m = 0; m < height; m++) {
            pack_row(g, g->a + (g->row0 + row + m) * g->p->lda, m, height,
                     g->packed + row * g->row_bytes);
        }
        row += height;
    }
}

static tn_wb_job job_of(const gemm_wb *g, int64_t panel) {
    const char *at = g->panels + panel * g->layout.panel_bytes;
    return (tn_wb_job){.panel = at,
                       .zero = at + g->layout.blocks_bytes,
                       .blocks = g->layout.blocks,
                       .steps = g->layout.steps,
                       .last_steps = g->layout.last_steps,
                       .zeros = g->zeros};
}

static void store(const gemm_wb *g, const float *c, int64_t row, int64_t rows, int64_t panel) {
    int64_t column = panel * TN_WB_COLUMNS;
    int64_t left = g->p->n - column;
    g->run->k->f32.store(&g->e, c, TN_WB_COLUMNS, g->c, g->p->ldc, row, column, (int)rows,
                         (int)(left < TN_WB_COLUMNS ? left : TN_WB_COLUMNS));
}

static void tile_task(void *argument, int64_t begin, int64_t end, int thread) {
    const gemm_wb *g = argument;
    _Alignas(64) float c[TN_WB_MOST_ROWS * TN_WB_COLUMNS];
    for (int64_t panel = begin; panel < end; panel++) {
        tn_wb_job job = job_of(g, panel);
        for (int64_t row = 0; row < g->rows;) {
            int tile = tile_for(g->heights, g->rows - row);
            job.a = g->packed + row * g->row_bytes;
            if (g->p->precision == 1) {
                g->k->tile[g->bits][tile](&job, c);
            } else {
                g->k->exact[g->bits](&job, c);
            }
            store(g, c, g->row0 + row, g->heights[tile], panel);
            row += g->heights[tile];
        }
    }
}

/* Blocks that are decoded at a time. */
static int64_t decoded_blocks(const wb_layout *l) {
    return l->block < DECODED ? DECODED / l->block : 1;
}

static void decode_task(void *argument, int64_t begin, int64_t end, int thread) {
    const gemm_wb *g = argument;
    const wb_layout *l = &g->layout;
    float *c = tn_local(g->run, thread);
    float *w = c + ROWS * TN_WB_COLUMNS;
    for (int64_t panel = begin; panel < end; panel++) {
        tn_wb_job job = job_of(g, panel);
        memset(c, 0, (size_t)(g->rows * TN_WB_COLUMNS) * sizeof(float));
        for (int64_t b0 = 0; b0 < l->blocks; b0 += decoded_blocks(l)) {
            int64_t blocks =
                l->blocks - b0 < decoded_blocks(l) ? l->blocks - b0 : decoded_blocks(l);
            int64_t k0 = b0 * l->block;
            int64_t k1 = k0 + blocks * l->block < g->p->k ? k0 + blocks * l->block : g->p->k;
            for (int64_t b = 0; b < blocks; b++) {
                /* what fills up a block to whole steps is overwritten by the next */
                g->k->decode[g->bits](&job, b0 + b, w + b * l->block * TN_WB_COLUMNS);
            }
            const float *a = g->a + g->row0 * g->p->lda + k0;
            g->k->dense(a, g->p->lda, g->rows, k1 - k0, w, c);
        }
        store(g, c, g->row0, g->rows, panel);
    }
}

static int64_t rows_at_once(const tn_gemm_wb *p) {
    return p->m < ROWS ? p->m : ROWS;
}

size_t tn_shared_gemm_wb(const void *parameters, const tn_kernels *k, int threads) {
    const tn_gemm_wb *p = parameters;
    wb_layout l = wb_layout_of(p->k, p->n, p->bits, p->block, 0);
    return decodes(p) ? 0 : (size_t)(rows_at_once(p) * wb_row_bytes(&l, p->precision));
}

size_t tn_local_gemm_wb(const void *parameters, const tn_kernels *k, int threads) {
    const tn_gemm_wb *p = parameters;
    wb_layout l = wb_layout_of(p->k, p->n, p->bits, p->block, 0);
    int64_t rows = ROWS + decoded_blocks(&l) * l.block + TN_WB_STEP;
    return decodes(p) ? (size_t)(rows * TN_WB_COLUMNS) * sizeof(float) : 0;
}

void tn_run_gemm_wb(tn_run *run, const void *parameters) {
    static const int one[] = {1};
    const tn_gemm_wb *p = parameters;
    const wb_header *b = tn_at(run, p->b);
    gemm_wb g = {
        .p = p, .run = run, .k = &run->k->wb, .a = tn_at(run, p->a), .packed = run->shared};
    g.heights = p->precision == 1 ? g.k->heights : one;
    g.zeros = b->zeros;
    g.e = tn_resolve(run, &p->e);
    g.c = tn_at(run, p->c);
    g.panels = (const char *)(b + 1);
    g.layout = wb_layout_of(p->k, p->n, p->bits, p->block, (int)g.zeros);
    g.row_bytes = wb_row_bytes(&g.layout, p->precision);
    g.bits = tn_wb_index(p->bits);
    for (g.row0 = 0; g.row0 < p->m; g.row0 += g.rows) {
        g.rows = p->m - g.row0 < rows_at_once(p) ? p->m - g.row0 : rows_at_once(p);
        double nanos = (double)(g.rows * p->k * TN_WB_COLUMNS) / MACS_PER_NANO +
                       (double)g.layout.panel_bytes / BYTES_PER_NANO;
        if (!decodes(p)) {
            int64_t height = g.heights[0];
            tn_parallel(run, g.rows, height * tn_grain((double)(height * p->k) / FLOATS_PER_NANO),
                        pack_task, &g);
        }
        tn_parallel(run, g.layout.panels, tn_grain(nanos), decodes(p) ? decode_task : tile_task,
                    &g);
    }
}
