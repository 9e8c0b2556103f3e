/* Pooling, row by row; a picture that becomes few pixels is divided by channels instead. */
#include "f32.h"

#define PIECE (1 << 16)

typedef struct job {
    const tn_kernels *k;
    const tn_pool_op *p;
    const char *x;
    char *y;
    char *local;
    size_t local_stride;
} job;

static void rows(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    float *sums = (float *)(j->local + j->local_stride * (size_t)thread);
    for (int64_t row = begin; row < end; row++) {
        j->k->window.pool(j->p, j->x, j->y, row, sums);
    }
}

size_t tn_local_pool(const void *parameters, const tn_kernels *k, int threads) {
    return (size_t)((const tn_pool_op *)parameters)->c * sizeof(float);
}

void tn_run_pool(tn_run *run, const void *parameters) {
    const tn_pool_op *p = parameters;
    job j = {run->k, p, tn_at(run, p->x), tn_at(run, p->y), run->local, run->local_stride};
    int64_t items = p->n * p->oh;
    tn_parallel(run, items, tn_grain(run, items, p->ow * p->c * p->kh * p->kw, PIECE), rows, &j);
}
