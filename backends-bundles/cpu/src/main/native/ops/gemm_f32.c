/* Products of matrices with packed B: TN_GEMM_F32 and TN_GEMM_BF16. */
#include "f32.h"

/* Panels of B of no more bytes than this together stay in the cache while rows of A pass. */
#define RESIDENT_BYTES (384 << 10)
/* Else so many bytes of A do, while panels of B pass. */
#define STACK_BYTES (1 << 20)
/*
 * Rows of A that lie a multiple of a page apart fall on the same lines of the cache, which holds
 * this many of them.
 */
#define PAGE 4096
#define WAYS 8
/* Operations that a piece of work should have at least. */
#define PIECE (4 << 20)

/*
 * Tiles are worked on in this order: stacks of blocks of rows; within a stack, panels of B; within
 * a panel, the stack's blocks.
 */
typedef struct job {
    tn_f32_result result;
    const char *a, *b;
    /* bytes from row to row of A, and of a column of B */
    size_t a_row, b_column;
    int64_t m, n, k, height, blocks, panels, stack;
} job;

static void tiles(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    int64_t nr = j->result.k->nr;
    int64_t first = begin / (j->panels * j->stack) * j->stack;
    int64_t here = j->blocks - first < j->stack ? j->blocks - first : j->stack;
    int64_t panel = (begin - first * j->panels) / here;
    int64_t block = first + (begin - first * j->panels) % here;
    for (int64_t i = begin; i < end; i++) {
        const void *rows[TN_TILE_ROWS];
        int64_t row = block * j->height;
        int64_t col = panel * nr;
        int count = (int)(j->m - row < j->height ? j->m - row : j->height);
        int cols = (int)(j->n - col < nr ? j->n - col : nr);
        for (int r = 0; r < count; r++) rows[r] = j->a + (size_t)(row + r) * j->a_row;
        tn_f32_tile(&j->result, count, 1, j->k, rows, j->b + (size_t)col * j->b_column, row, col,
                    cols);
        if (++block == first + here) {
            block = first;
            if (++panel == j->panels) {
                panel = 0;
                first = block = first + here;
                here = j->blocks - first < j->stack ? j->blocks - first : j->stack;
            }
        }
    }
}

/* The job of a product whose A and B have elements of the same type. */
static job job_of(const tn_f32_result *result, const void *a, int64_t lda, const void *b, int64_t m,
                  int64_t n, int64_t k) {
    size_t size = result->bf16 ? 2 : 4;
    int mr = result->k->mr;
    if (mr > WAYS && (size_t)lda * size % PAGE == 0) {
        mr = WAYS;
    }
    job j = {.result = *result,
             .a = a,
             .b = b,
             .a_row = (size_t)lda * size,
             .b_column = (size_t)k * size,
             .m = m,
             .n = n,
             .k = k,
             .blocks = (m + mr - 1) / mr,
             .panels = (n + result->k->nr - 1) / result->k->nr,
             .stack = 1};
    if (m > 0) {
        j.height = (m + j.blocks - 1) / j.blocks;
        j.blocks = (m + j.height - 1) / j.height;
    }
    if ((size_t)n * j.b_column > RESIDENT_BYTES) {
        size_t block_bytes = (size_t)j.height * j.b_column;
        j.stack = block_bytes < STACK_BYTES ? STACK_BYTES / (int64_t)block_bytes : 1;
    }
    return j;
}

void tn_multiply_rows(const tn_f32_result *result, const void *a, int64_t lda, const void *b,
                      int64_t m, int64_t n, int64_t k) {
    job j = job_of(result, a, lda, b, m, n, k);
    if (j.blocks * j.panels > 0) {
        tiles(&j, 0, j.blocks * j.panels, 0);
    }
}

typedef struct conversion {
    const struct tn_k_f32 *k;
    const float *x;
    uint16_t *y;
    int64_t cols, x_ld, y_ld;
} conversion;

static void convert(void *argument, int64_t begin, int64_t end, int thread) {
    const conversion *c = argument;
    for (int64_t row = begin; row < end; row++) {
        c->k->to_bf16(c->x + row * c->x_ld, c->y + row * c->y_ld, c->cols);
        for (int64_t i = c->cols; i < c->y_ld; i++) c->y[row * c->y_ld + i] = 0;
    }
}

/* Rows of TN_BF16 have an even number of elements. */
static int64_t padded(int64_t k) {
    return (k + 1) / 2 * 2;
}

size_t tn_multiply_scratch(int64_t m, int64_t k, int bf16) {
    return bf16 ? (size_t)(m * padded(k)) * 2 : 0;
}

void tn_multiply(tn_run *run, const tn_product *p) {
    const struct tn_k_f32 *k = &run->k->f32;
    tn_f32_result result = tn_f32_result_of(k, &p->e, p->c, p->ldc, p->bf16);
    job j = job_of(&result, p->a, p->lda, p->b, p->m, p->n, p->k);
    if (p->bf16) {
        conversion c = {k, p->a, (uint16_t *)run->shared, p->k, p->lda, padded(p->k)};
        tn_parallel(run, p->m, tn_grain(run, p->m, 8 * p->k, PIECE), convert, &c);
        j = job_of(&result, c.y, c.y_ld, p->b, p->m, p->n, c.y_ld);
    }
    int64_t items = j.panels * j.blocks;
    int64_t each = 2 * j.height * k->nr * (j.k > 0 ? j.k : 1);
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), tiles, &j);
}

static void run_gemm(tn_run *run, const tn_gemm *p, int bf16) {
    tn_product product = {.a = tn_at(run, p->a),
                          .b = tn_at(run, p->b),
                          .c = tn_at(run, p->c),
                          .m = p->m,
                          .n = p->n,
                          .k = p->k,
                          .lda = p->lda,
                          .ldc = p->ldc,
                          .bf16 = bf16,
                          .e = tn_resolve(run, &p->e)};
    tn_multiply(run, &product);
}

void tn_run_gemm_f32(tn_run *run, const void *parameters) {
    run_gemm(run, parameters, 0);
}

size_t tn_shared_gemm_bf16(const void *parameters, const tn_kernels *k, int threads) {
    const tn_gemm *p = parameters;
    return tn_multiply_scratch(p->m, p->k, 1);
}

void tn_run_gemm_bf16(tn_run *run, const void *parameters) {
    run_gemm(run, parameters, 1);
}
