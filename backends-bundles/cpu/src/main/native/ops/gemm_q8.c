/* Products of 8-bit integers: TN_GEMM_Q8. */
#include "q8.h"

/* Panels of B of more bytes than this together are walked one by one, with all of A behind each. */
#define RESIDENT_BYTES (512 << 10)
/* Operations that a piece of work should have at least. */
#define PIECE (16 << 20)

typedef struct job {
    const tn_kernels *k;
    const tn_gemm_q8 *p;
    const uint8_t *a;
    const int8_t *panels;
    void *c;
    int64_t blocks, depth;
    tn_q8_tiling tiling;
    int panel_outer;
    tn_q8_columns q;
    tn_epi e;
} job;

static int32_t sum(const uint8_t *x, int64_t n) {
    int32_t s = 0;
    for (int64_t i = 0; i < n; i++) s += x[i];
    return s;
}

static void tiles(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_gemm_q8 *p = j->p;
    const struct tn_k_q8 *k = &j->k->q8;
    _Alignas(64) int32_t c[TN_Q8_ROWS * TN_Q8_COLS];
    const uint8_t *rows[TN_Q8_ROWS];
    int32_t row_sums[TN_Q8_ROWS];
    const tn_q8_tiling *t = &j->tiling;
    tn_q8_columns q = j->q;
    q.row_sums = row_sums;
    for (int64_t i = begin; i < end; i++) {
        int64_t panel = j->panel_outer ? i / j->blocks : i % t->panels;
        int64_t block = j->panel_outer ? i % j->blocks : i / t->panels;
        int64_t row = block * t->rows;
        int64_t col = panel * t->width;
        int count = (int)(p->m - row < t->rows ? p->m - row : t->rows);
        int cols = (int)(p->n - col < t->width ? p->n - col : t->width);
        int units = tn_q8_units(k, t, p->n - col);
        for (int r = 0; r < count; r++) {
            rows[r] = j->a + (row + r) * p->lda;
            if (q.zps != NULL) {
                row_sums[r] = q.rows != NULL ? q.rows[row + r].sum : sum(rows[r], p->k);
            }
        }
        k->tile(count, units, 1, p->k, rows, j->panels + col * j->depth, c);
        k->store(&j->e, &q, c, units * k->unit, j->c, p->ldc, row, col, count, cols);
    }
}

void tn_run_gemm_q8(tn_run *run, const void *parameters) {
    const tn_gemm_q8 *p = parameters;
    const struct tn_k_q8 *k = &run->k->q8;
    const void *b = tn_at(run, p->b);
    int64_t padded = tn_q8_columns_padded(k, p->n);
    job j = {.k = run->k,
             .p = p,
             .a = tn_at(run, p->a),
             .panels = tn_q8_panels(b, padded),
             .c = tn_at(run, p->c),
             .tiling = tn_q8_tile(k, p->n),
             .depth = (p->k + 3) / 4 * 4,
             .q = {.sums = tn_q8_sums(b),
                   .zps = tn_q8_zps(b, padded),
                   .rows = tn_at(run, p->rows),
                   .a_zp = (int32_t)p->a_zp - k->offset,
                   .k = p->k},
             .e = tn_resolve(run, &p->e)};
    j.q.offset = k->offset;
    j.blocks = (p->m + j.tiling.rows - 1) / j.tiling.rows;
    j.panel_outer = p->n * p->k > RESIDENT_BYTES;
    int64_t items = j.tiling.panels * j.blocks;
    int64_t each = tn_q8_cost(j.tiling.rows < p->m ? j.tiling.rows : p->m, j.tiling.width, p->k);
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), tiles, &j);
}
