/*
 * TN_GEMM_SPARSE and its packing, as k_wb.h lays it out. Rows of A are worked on by tiles or one by
 * one, looked up in registers; where that is slow, many rows by blocks of 64 that are transposed
 * first, so that an element of the weights meets 64 rows.
 */
#include <math.h>
#include <string.h>

#include "epi.h"
#include "grain.h"
#include "kernels.h"

static int64_t chunks_of(int64_t k) {
    return (k + TN_SPARSE_CHUNK - 1) / TN_SPARSE_CHUNK;
}

static int64_t panels_of(int64_t n) {
    return (n + TN_SPARSE_COLUMNS - 1) / TN_SPARSE_COLUMNS;
}

static float element(const tn_pack_gemm *p, int64_t k, int64_t n) {
    return ((const float *)(intptr_t)p->address)[k * p->k_stride + n * p->n_stride];
}

/* Writes the slots of a chunk of a panel, or only counts them if there is no target. */
static int32_t pack_chunk(const tn_pack_gemm *p, int64_t k0, int64_t column0,
                          tn_sparse_slot *target) {
    int32_t most = 0;
    for (int64_t c = 0; c < TN_SPARSE_COLUMNS && column0 + c < p->n; c++) {
        int32_t used = 0;
        for (int64_t k = 0; k < TN_SPARSE_CHUNK && k0 + k < p->k; k++) {
            float value = element(p, k0 + k, column0 + c);
            if (value != 0) {
                if (target != NULL) {
                    target[used].value[c] = value;
                    target[used].index[c] = (uint8_t)k;
                }
                used++;
            }
        }
        most = used > most ? used : most;
    }
    return most;
}

/* Packs a panel, or only measures it; its size. */
static int64_t pack_panel(const tn_pack_gemm *p, int64_t column0, char *target) {
    int64_t chunks = chunks_of(p->k);
    int32_t *counts = (int32_t *)target;
    int64_t bytes = chunks * (int64_t)sizeof(int32_t);
    for (int64_t i = 0; i < chunks; i++) {
        tn_sparse_slot *slot = target == NULL ? NULL : (tn_sparse_slot *)(target + bytes);
        int32_t n = pack_chunk(p, i * TN_SPARSE_CHUNK, column0, slot);
        if (target != NULL) {
            counts[i] = n;
        }
        bytes += n * (int64_t)sizeof(tn_sparse_slot);
    }
    return bytes;
}

/* In front: where each panel begins, and behind the last one ends. */
static int64_t front_bytes(int64_t panels) {
    return (panels + 1) * (int64_t)sizeof(int64_t);
}

size_t tn_bytes_sparse(const void *parameters, const tn_kernels *k) {
    const tn_pack_gemm *p = parameters;
    int64_t bytes = front_bytes(panels_of(p->n));
    for (int64_t i = 0; i < panels_of(p->n); i++) {
        bytes += pack_panel(p, i * TN_SPARSE_COLUMNS, NULL);
    }
    return (size_t)bytes;
}

void tn_pack_sparse(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_gemm *p = parameters;
    int64_t *offsets = target;
    int64_t panels = panels_of(p->n);
    memset(target, 0, tn_bytes_sparse(parameters, k));
    offsets[0] = front_bytes(panels);
    for (int64_t i = 0; i < panels; i++) {
        int64_t bytes = pack_panel(p, i * TN_SPARSE_COLUMNS, (char *)target + offsets[i]);
        offsets[i + 1] = offsets[i] + bytes;
    }
}

typedef struct gemm_sparse {
    const tn_gemm *p;
    const struct tn_k_wb *k;
    const float *a;
    const char *b;
    const struct tn_k_f32 *f32;
    tn_epi e;
    void *c;
    /* a block of rows, transposed */
    float *block;
    int64_t row, rows;
} gemm_sparse;

static tn_sparse_panel panel_at(const gemm_sparse *g, int64_t i) {
    const char *panel = g->b + ((const int64_t *)g->b)[i];
    const int32_t *slots = (const int32_t *)panel;
    int64_t counts = chunks_of(g->p->k) * (int64_t)sizeof(int32_t);
    return (tn_sparse_panel){g->p->k, slots, (const tn_sparse_slot *)(panel + counts)};
}

static int64_t not_finite(const float *a, int64_t n) {
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &a[i], sizeof bits);
        count += (bits & 0x7F800000) == 0x7F800000;
    }
    return count;
}

/*
 * A row with NaN or infinities in `special` places: a weight that is zero there makes the result
 * NaN, as in the dense product, and zeros that fill a slot must not.
 */
static void careful_row(const tn_sparse_panel *panel, const float *a, int64_t special, float *c) {
    int64_t met[TN_SPARSE_COLUMNS] = {0};
    const tn_sparse_slot *slot = panel->slot;
    memset(c, 0, TN_SPARSE_COLUMNS * sizeof(float));
    for (int64_t k = 0; k < panel->k; k += TN_SPARSE_CHUNK) {
        for (int32_t left = panel->slots[k / TN_SPARSE_CHUNK]; left > 0; left--, slot++) {
            for (int64_t n = 0; n < TN_SPARSE_COLUMNS; n++) {
                if (slot->value[n] != 0) {
                    float x = a[k + slot->index[n]];
                    c[n] += slot->value[n] * x;
                    met[n] += not_finite(&x, 1);
                }
            }
        }
    }
    for (int64_t n = 0; n < TN_SPARSE_COLUMNS; n++) {
        if (met[n] < special) {
            c[n] = NAN;
        }
    }
}

/* Stores rows of panel i. */
static void store(const gemm_sparse *g, const float *c, int64_t row, int64_t rows, int64_t i) {
    int64_t column = i * TN_SPARSE_COLUMNS;
    int64_t left = g->p->n - column;
    g->f32->store(&g->e, c, TN_SPARSE_COLUMNS, g->c, g->p->ldc, row, column, (int)rows,
                  (int)(left < TN_SPARSE_COLUMNS ? left : TN_SPARSE_COLUMNS));
}

/* Rows m ... m + rows of all panels from begin to end. */
static void do_rows(const gemm_sparse *g, int64_t m, int64_t rows, int64_t begin, int64_t end) {
    const float *a = g->a + m * g->p->lda;
    int64_t special = 0;
    for (int64_t i = 0; i < rows; i++) special += not_finite(a + i * g->p->lda, g->p->k);
    if (special != 0 && rows > 1) {
        for (int64_t i = 0; i < rows; i++) do_rows(g, m + i, 1, begin, end);
        return;
    }
    for (int64_t i = begin; i < end; i++) {
        tn_sparse_panel panel = panel_at(g, i);
        float c[TN_SPARSE_TILE * TN_SPARSE_COLUMNS];
        if (special != 0) {
            careful_row(&panel, a, special, c);
        } else if (rows == TN_SPARSE_TILE) {
            g->k->sparse_tile(&panel, a, g->p->lda, c);
        } else {
            g->k->sparse_row(&panel, a, c);
        }
        store(g, c, m, rows, i);
    }
}

static void row_task(void *argument, int64_t begin, int64_t end, int thread) {
    const gemm_sparse *g = argument;
    int64_t rows = 1;
    for (int64_t m = 0; m < g->rows; m += rows) {
        int tile = g->k->sparse_tile != NULL && g->rows - m >= TN_SPARSE_TILE;
        rows = tile ? TN_SPARSE_TILE : 1;
        do_rows(g, g->row + m, rows, begin, end);
    }
}

static void block_task(void *argument, int64_t begin, int64_t end, int thread) {
    const gemm_sparse *g = argument;
    for (int64_t i = begin; i < end; i++) {
        tn_sparse_panel panel = panel_at(g, i);
        float columns[TN_SPARSE_COLUMNS * TN_SPARSE_ROWS];
        float c[TN_SPARSE_ROWS * TN_SPARSE_COLUMNS];
        g->k->sparse_block(&panel, g->block, columns);
        for (int64_t m = 0; m < g->rows; m++) {
            for (int64_t n = 0; n < TN_SPARSE_COLUMNS; n++) {
                c[m * TN_SPARSE_COLUMNS + n] = columns[n * TN_SPARSE_ROWS + m];
            }
        }
        store(g, c, g->row, g->rows, i);
    }
}

/* Transposes the rows at hand; items are steps of k. */
static void transpose_task(void *argument, int64_t begin, int64_t end, int thread) {
    const gemm_sparse *g = argument;
    const float *a = g->a + g->row * g->p->lda;
    for (int64_t k = begin; k < end; k++) {
        float *to = g->block + k * TN_SPARSE_ROWS;
        for (int64_t m = 0; m < g->rows; m++) to[m] = a[m * g->p->lda + k];
        for (int64_t m = g->rows; m < TN_SPARSE_ROWS; m++) to[m] = 0;
    }
}

/* Rows from g->row on that can be worked on side by side; 0 if they cannot. */
static int64_t block_rows(const gemm_sparse *g) {
    int64_t left = g->p->m - g->row;
    int64_t rows = left < TN_SPARSE_ROWS ? left : TN_SPARSE_ROWS;
    if (rows < g->k->sparse_block_from) {
        return 0;
    }
    for (int64_t m = 0; m < rows; m++) {
        if (not_finite(g->a + (g->row + m) * g->p->lda, g->p->k)) {
            return 0;
        }
    }
    return rows;
}

size_t tn_shared_gemm_sparse(const void *parameters, const tn_kernels *k, int threads) {
    const tn_gemm *p = parameters;
    return p->m < k->wb.sparse_block_from ? 0 : (size_t)p->k * TN_SPARSE_ROWS * sizeof(float);
}

void tn_run_gemm_sparse(tn_run *run, const void *parameters) {
    const tn_gemm *p = parameters;
    gemm_sparse g = {.p = p,
                     .k = &run->k->wb,
                     .a = tn_at(run, p->a),
                     .b = tn_at(run, p->b),
                     .block = (float *)run->shared};
    g.f32 = &run->k->f32;
    g.e = tn_resolve(run, &p->e);
    g.c = tn_at(run, p->c);
    int64_t panels = panels_of(p->n);
    if (panels == 0) {
        return;
    }
    int64_t bytes = ((const int64_t *)g.b)[panels] / panels;
    /* a slot of a row takes about half a ns; one of a block 1 ns for each column */
    double slots = (double)bytes / sizeof(tn_sparse_slot);
    for (g.row = 0; g.row < p->m; g.row += g.rows) {
        g.rows = block_rows(&g);
        if (g.rows > 0) {
            tn_parallel(run, p->k, 512, transpose_task, &g);
            tn_parallel(run, panels, tn_grain(slots * TN_SPARSE_COLUMNS), block_task, &g);
        } else {
            int64_t left = p->m - g.row;
            g.rows = left < TN_SPARSE_ROWS ? left : TN_SPARSE_ROWS;
            tn_parallel(run, panels, tn_grain(slots * (double)g.rows / 2), row_task, &g);
        }
    }
}
