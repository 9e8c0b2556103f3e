/*
 * TN_MATMUL_F32, where both operands are computed: for each index of the batch dims B is packed, and
 * A copied if its rows do not lie together. Threads share the batch indices where there are enough,
 * else the tiles of each product.
 */
#include "f32.h"

#define PIECE (1 << 20)

typedef struct job {
    tn_run *run;
    const tn_matmul *p;
    const float *a, *b;
    float *c;
    tn_epi e;
} job;

static int copies_a(const tn_matmul *p) {
    return p->a_cols != 1;
}

static size_t packed_floats(const tn_matmul *p, const tn_kernels *k) {
    return (tn_f32_packed(&k->f32, p->n, 0) * (size_t)p->k + 15) / 16 * 16;
}

static size_t scratch(const tn_matmul *p, const tn_kernels *k) {
    return (packed_floats(p, k) + (copies_a(p) ? (size_t)(p->m * p->k) : 0)) * sizeof(float);
}

static int64_t batches(const tn_matmul *p) {
    return p->dims[0] * p->dims[1] * p->dims[2] * p->dims[3];
}

/* True if each thread does whole products. */
static int whole(const tn_matmul *p, int threads) {
    return batches(p) >= threads;
}

size_t tn_local_matmul_f32(const void *parameters, const tn_kernels *k, int threads) {
    return scratch(parameters, k);
}

/* Packs B of batch index i and copies A if needed; to A and its distance between rows. */
static const float *prepare(const job *j, int64_t i, float *packed, const float **before, int64_t *lda) {
    const tn_matmul *p = j->p;
    int64_t a_at = 0, b_at = 0;
    for (int d = 3; d >= 0; d--) {
        a_at += i % p->dims[d] * p->a_batch[d];
        b_at += i % p->dims[d] * p->b_batch[d];
        i /= p->dims[d];
    }
    const float *b = j->b + b_at;
    if (b != *before) {
        tn_f32_pack(&j->run->k->f32, b, p->k, p->n, p->b_rows, p->b_cols, (float)p->alpha, packed);
        *before = b;
    }
    const float *a = j->a + a_at;
    *lda = p->a_rows;
    if (copies_a(p)) {
        float *copy = packed + packed_floats(p, j->run->k);
        for (int64_t row = 0; row < p->m; row++) {
            for (int64_t col = 0; col < p->k; col++) {
                copy[row * p->k + col] = a[row * p->a_rows + col * p->a_cols];
            }
        }
        *lda = p->k;
        return copy;
    }
    return a;
}

static void products(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_matmul *p = j->p;
    float *packed = tn_local(j->run, thread);
    const float *before = NULL;
    for (int64_t i = begin; i < end; i++) {
        int64_t lda;
        const float *a = prepare(j, i, packed, &before, &lda);
        tn_f32_result result =
            tn_f32_result_of(&j->run->k->f32, &j->e, j->c + i * p->m * p->n, p->n, 0);
        tn_multiply_rows(&result, a, lda, packed, p->m, p->n, p->k);
    }
}

void tn_run_matmul_f32(tn_run *run, const void *parameters) {
    const tn_matmul *p = parameters;
    tn_epilogue plain = {.post_mul = 1, .out_type = TN_F32, .out_inv_scale = 1, .bias = p->bias};
    job j = {.run = run,
             .p = p,
             .a = tn_at(run, p->a),
             .b = tn_at(run, p->b),
             .c = tn_at(run, p->c),
             .e = tn_resolve(run, &plain)};
    if (p->m == 0 || p->n == 0) {
        return;
    }
    int64_t count = batches(p);
    if (whole(p, run->threads)) {
        tn_parallel(run, count, tn_grain(run, count, 2 * p->m * p->n * p->k, PIECE), products, &j);
        return;
    }
    const float *before = NULL;
    for (int64_t i = 0; i < count; i++) {
        float *packed = tn_local(run, 0);
        tn_product product = {.b = packed,
                              .c = j.c + i * p->m * p->n,
                              .m = p->m,
                              .n = p->n,
                              .k = p->k,
                              .ldc = p->n,
                              .e = j.e};
        product.a = prepare(&j, i, packed, &before, &product.lda);
        tn_multiply(run, &product);
    }
}
