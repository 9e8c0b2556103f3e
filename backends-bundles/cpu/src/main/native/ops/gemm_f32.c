/* Products of matrices, B packed: TN_GEMM_F32, TN_GEMM_BF16, and TN_MATMUL_F32, which packs it. */
#include <string.h>

#include "f32.h"

/* Panels of B of more bytes than this together are walked one by one, with all of A behind each. */
#define RESIDENT_BYTES (384 << 10)
/* Operations that a piece of work should have at least. */
#define PIECE (4 << 20)

typedef struct job {
    const tn_kernels *k;
    const void *a, *b;
    void *c;
    int64_t m, n, kk, lda, ldc, panels, blocks;
    int panel_outer, bf16;
    tn_epi e;
} job;

static void tiles(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const struct tn_k_f32 *k = &j->k->f32;
    _Alignas(64) float c[TN_TILE_ROWS * TN_TILE_COLS];
    const void *rows[TN_TILE_ROWS];
    size_t size = j->bf16 ? 2 : 4;
    for (int64_t i = begin; i < end; i++) {
        int64_t panel = j->panel_outer ? i / j->blocks : i % j->panels;
        int64_t block = j->panel_outer ? i % j->blocks : i / j->panels;
        int64_t row = block * k->mr;
        int64_t col = panel * k->nr;
        int count = (int)(j->m - row < k->mr ? j->m - row : k->mr);
        int cols = (int)(j->n - col < k->nr ? j->n - col : k->nr);
        for (int r = 0; r < count; r++) {
            rows[r] = (const char *)j->a + (size_t)((row + r) * j->lda) * size;
        }
        int width = k->nr;
        if (j->bf16) {
            const uint16_t *b = (const uint16_t *)j->b + col * ((j->kk + 1) / 2 * 2);
            k->tile_bf16(count, 1, j->kk, (const uint16_t *const *)rows, b, c);
        } else {
            width = tn_f32_width(k, cols);
            const float *b = (const float *)j->b + col * j->kk;
            (width == k->nr ? k->tile : k->tile_narrow)(count, 1, j->kk, (const float *const *)rows,
                                                        b, c);
        }
        k->store(&j->e, c, width, j->c, j->ldc, row, col, count, cols);
    }
}

static void multiply(tn_run *run, job *j) {
    const struct tn_k_f32 *k = &j->k->f32;
    j->panels = (j->n + k->nr - 1) / k->nr;
    j->blocks = (j->m + k->mr - 1) / k->mr;
    j->panel_outer = j->n * j->kk * 4 > RESIDENT_BYTES;
    int64_t items = j->panels * j->blocks;
    int64_t each = 2 * k->mr * k->nr * (j->kk > 0 ? j->kk : 1);
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), tiles, j);
}

void tn_run_gemm_f32(tn_run *run, const void *parameters) {
    const tn_gemm *p = parameters;
    job j = {.k = run->k,
             .a = tn_at(run, p->a),
             .b = tn_at(run, p->b),
             .c = tn_at(run, p->c),
             .m = p->m,
             .n = p->n,
             .kk = p->k,
             .lda = p->lda,
             .ldc = p->ldc,
             .e = tn_resolve(run, &p->e)};
    multiply(run, &j);
}

typedef struct conversion {
    const tn_kernels *k;
    const float *x;
    uint16_t *y;
    int64_t cols, ld;
} conversion;

static void convert(void *argument, int64_t begin, int64_t end, int thread) {
    const conversion *c = argument;
    for (int64_t row = begin; row < end; row++) {
        c->k->f32.to_bf16(c->x + row * c->ld, c->y + row * c->cols, c->cols);
    }
}

size_t tn_shared_gemm_bf16(const void *parameters, const tn_kernels *k, int threads) {
    const tn_gemm *p = parameters;
    return (size_t)(p->m * ((p->k + 1) / 2 * 2)) * 2;
}

void tn_run_gemm_bf16(tn_run *run, const void *parameters) {
    const tn_gemm *p = parameters;
    int64_t padded = (p->k + 1) / 2 * 2;
    uint16_t *a = (uint16_t *)run->shared;
    conversion c = {run->k, tn_at(run, p->a), a, p->k, p->lda};
    if (p->k % 2 == 0) {
        tn_parallel(run, p->m, tn_grain(run, p->m, 8 * p->k, PIECE), convert, &c);
    } else {
        for (int64_t row = 0; row < p->m; row++) {
            run->k->f32.to_bf16(c.x + row * c.ld, a + row * padded, p->k);
            a[row * padded + p->k] = 0;
        }
    }
    job j = {.k = run->k,
             .a = a,
             .b = tn_at(run, p->b),
             .c = tn_at(run, p->c),
             .m = p->m,
             .n = p->n,
             .kk = padded,
             .lda = padded,
             .ldc = p->ldc,
             .bf16 = 1,
             .e = tn_resolve(run, &p->e)};
    multiply(run, &j);
}

/* --- both computed ------------------------------------------------------------------------------ */

size_t tn_shared_matmul_f32(const void *parameters, const tn_kernels *k, int threads) {
    const tn_matmul *p = parameters;
    return tn_f32_packed(&k->f32, p->n) * (size_t)p->k * 4 + (size_t)(p->m * p->k) * 4 + 64;
}

void tn_run_matmul_f32(tn_run *run, const void *parameters) {
    const tn_matmul *p = parameters;
    const float *a = tn_at(run, p->a);
    const float *b = tn_at(run, p->b);
    float *c = tn_at(run, p->c);
    float *packed = (float *)run->shared;
    float *scaled = packed + tn_f32_packed(&run->k->f32, p->n) * (size_t)p->k;
    int64_t batches = p->dims[0] * p->dims[1] * p->dims[2] * p->dims[3];
    tn_epilogue plain = {.post_mul = 1, .out_type = TN_F32, .out_inv_scale = 1};
    const float *before = NULL;
    if (p->m == 0 || p->n == 0) {
        return;
    }
    for (int64_t i = 0; i < batches; i++) {
        int64_t rest = i, a_at = 0, b_at = 0;
        for (int d = 3; d >= 0; d--) {
            a_at += rest % p->dims[d] * p->a_batch[d];
            b_at += rest % p->dims[d] * p->b_batch[d];
            rest /= p->dims[d];
        }
        if (b + b_at != before) {
            tn_pack_gemm w = {(int64_t)(intptr_t)(b + b_at), TN_F32, p->k, p->n, p->b_rows, p->b_cols, 0};
            tn_pack_gemm_f32(&w, run->k, packed);
            before = b + b_at;
        }
        const float *rows = a + a_at;
        int64_t lda = p->a_rows;
        if (p->a_cols != 1 || p->alpha != 1) {
            for (int64_t row = 0; row < p->m; row++) {
                for (int64_t col = 0; col < p->k; col++) {
                    scaled[row * p->k + col] =
                        (float)p->alpha * a[a_at + row * p->a_rows + col * p->a_cols];
                }
            }
            rows = scaled;
            lda = p->k;
        }
        job j = {.k = run->k,
                 .a = rows,
                 .b = packed,
                 .c = c + i * p->m * p->n,
                 .m = p->m,
                 .n = p->n,
                 .kk = p->k,
                 .lda = lda,
                 .ldc = p->n,
                 .e = tn_resolve(run, &plain)};
        j.e.bias = tn_at(run, p->bias);
        multiply(run, &j);
    }
}
