/*
 * TN_GEMM_WB: rows of A are packed (precision 1: quantized) by tiles, then panels of columns are
 * divided among threads, and each meets all tiles while it is in the cache.
 */
#include <string.h>

#include "kernels.h"
#include "store.h"
#include "wb_layout.h"

/* Rows that are packed at a time, a multiple of the highest tile; their int8 form fits in a cache. */
#define ROWS 192
/* What a piece of work should take at least, and what a core does in that unit. */
#define GRAIN_NANOS 30000
#define MACS_PER_NANO 100
#define BYTES_PER_NANO 40

typedef struct gemm_wb {
    const tn_gemm_wb *p;
    const struct tn_k_wb *k;
    const int *heights;
    const float *a;
    const char *panels;
    char *packed;
    tn_store store;
    wb_layout layout;
    int64_t zeros, row_bytes;
    /* the rows at hand */
    int64_t row0, rows;
} gemm_wb;

/* The place in heights of the highest tile for that many rows. */
static int tile_for(const int *heights, int64_t rows) {
    int i = 0;
    while (heights[i] > rows) i++;
    return i;
}

static void pack_exact(const float *x, int64_t n, int64_t padded, int64_t height, float *target,
                       float *sum) {
    float total = 0;
    for (int64_t i = 0; i < n; i++) {
        target[i * height] = x[i];
        total += x[i];
    }
    for (int64_t i = n; i < padded; i++) target[i * height] = 0;
    *sum = total;
}

/* Quantizes a block of a row; q is scratch memory for it where rows of a tile lie interleaved. */
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
    int64_t block_bytes = g->row_bytes / (l->blocks > 0 ? l->blocks : 1) * height;
    for (int64_t b = 0; b < l->blocks; b++) {
        int64_t k0 = b * l->block;
        int64_t n = g->p->k - k0 < l->block ? g->p->k - k0 : l->block;
        char *target = tile + b * block_bytes;
        if (g->p->precision == 1) {
            pack_quantized(g, x + k0, n, padded, height, (int8_t *)target + m * 4,
                           target + padded * height + m * 4);
        } else {
            pack_exact(x + k0, n, padded, height, (float *)target + m,
                       (float *)target + padded * height + m);
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

static void panel_task(void *argument, int64_t begin, int64_t end, int thread) {
    const gemm_wb *g = argument;
    const tn_gemm_wb *p = g->p;
    _Alignas(64) float c[TN_WB_MOST_ROWS * TN_WB_COLUMNS];
    for (int64_t panel = begin; panel < end; panel++) {
        int64_t column = panel * TN_WB_COLUMNS;
        int64_t columns = p->n - column < TN_WB_COLUMNS ? p->n - column : TN_WB_COLUMNS;
        tn_wb_job job = {.panel = g->panels + panel * g->layout.panel_bytes,
                         .blocks = g->layout.blocks,
                         .steps = g->layout.steps,
                         .last_steps = g->layout.last_steps,
                         .zeros = g->zeros};
        for (int64_t row = 0; row < g->rows;) {
            int tile = tile_for(g->heights, g->rows - row);
            job.a = g->packed + row * g->row_bytes;
            g->k->tile[p->precision][tn_wb_index(p->bits)][tile](&job, c);
            g->k->store(&g->store, c, TN_WB_COLUMNS, g->row0 + row, g->heights[tile], column, columns);
            row += g->heights[tile];
        }
    }
}

static int64_t rows_at_once(const tn_gemm_wb *p, const tn_kernels *k) {
    int64_t most = ROWS / k->wb.heights[p->precision][0] * k->wb.heights[p->precision][0];
    return p->m < most ? p->m : most;
}

size_t tn_shared_gemm_wb(const void *parameters, const tn_kernels *k, int threads) {
    const tn_gemm_wb *p = parameters;
    wb_layout l = wb_layout_of(p->k, p->n, p->bits, p->block, 0);
    return (size_t)(rows_at_once(p, k) * wb_row_bytes(&l, p->precision));
}

void tn_run_gemm_wb(tn_run *run, const void *parameters) {
    const tn_gemm_wb *p = parameters;
    const wb_header *b = tn_at(run, p->b);
    gemm_wb g = {.p = p, .k = &run->k->wb, .a = tn_at(run, p->a), .packed = run->shared};
    g.heights = g.k->heights[p->precision];
    g.zeros = b->zeros;
    g.store = tn_store_of(run, &p->e, p->c, p->ldc, p->n);
    g.panels = (const char *)(b + 1);
    g.layout = wb_layout_of(p->k, p->n, p->bits, p->block, (int)g.zeros);
    g.row_bytes = wb_row_bytes(&g.layout, p->precision);
    for (g.row0 = 0; g.row0 < p->m; g.row0 += g.rows) {
        int64_t most = rows_at_once(p, run->k);
        g.rows = p->m - g.row0 < most ? p->m - g.row0 : most;
        int64_t tile_rows = g.heights[0];
        int64_t pack_rows = tile_rows * (1 + 100000 / (tile_rows * (p->k + 1)));
        tn_parallel(run, g.rows, pack_rows, pack_task, &g);
        int64_t nanos = g.rows * p->k * TN_WB_COLUMNS / MACS_PER_NANO +
                        g.layout.panel_bytes / BYTES_PER_NANO + 1;
        tn_parallel(run, g.layout.panels, 1 + GRAIN_NANOS / nanos, panel_task, &g);
    }
}
