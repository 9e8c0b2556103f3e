/* TN_LAYERNORM, TN_SOFTMAX. */
#include "grain.h"
#include "kernels.h"

typedef struct norm_job {
    tn_run *run;
    const tn_layernorm *p;
    tn_norm_row row;
} norm_job;

static const float *advanced(const float *x, int64_t by) {
    return x == NULL ? NULL : x + by;
}

/* One row after the other stays in the first cache through all its passes. */
static void norm_rows(void *argument, int64_t begin, int64_t end, int thread) {
    const norm_job *j = argument;
    const struct tn_k_math *k = &j->run->k->math;
    int64_t cols = j->p->cols;
    float *scratch = tn_local(j->run, thread);
    for (int64_t r = begin; r < end; r++) {
        tn_norm_row row = j->row;
        row.x += r * cols;
        row.skip = advanced(row.skip, r * cols);
        if (row.sum != NULL) {
            row.sum += r * cols;
        } else if (row.skip != NULL || row.bias != NULL) {
            row.sum = scratch;
        }
        row.y = row.y != NULL ? row.y + r * cols : scratch + cols;
        if (row.q != NULL) {
            row.q += r * cols;
            row.params += r;
        }
        k->norm(&row);
    }
}

size_t tn_local_layernorm(const void *parameters, const tn_kernels *k, int threads) {
    const tn_layernorm *p = parameters;
    return (size_t)p->cols * 2 * sizeof(float);
}

void tn_run_layernorm(tn_run *run, const void *parameters) {
    const tn_layernorm *p = parameters;
    norm_job j = {run, p,
                  {tn_at(run, p->x), tn_at(run, p->skip), tn_at(run, p->bias), tn_at(run, p->gamma),
                   tn_at(run, p->beta), tn_at(run, p->sum), tn_at(run, p->y), p->cols, p->rms,
                   (float)p->epsilon, tn_at(run, p->q), tn_at(run, p->params)}};
    if (p->cols > 0) {
        tn_parallel(run, p->rows, tn_grain(30 + 0.5 * (double)p->cols), norm_rows, &j);
    }
}

typedef struct softmax_job {
    const tn_kernels *k;
    const tn_softmax *p;
    const float *x;
    float *y;
} softmax_job;

static void softmax_rows(void *argument, int64_t begin, int64_t end, int thread) {
    const softmax_job *j = argument;
    int64_t n = j->p->n;
    for (int64_t r = begin; r < end; r++) {
        j->k->math.softmax(j->x + r * n, j->y + r * n, n, j->p->log);
    }
}

/* Columns that are done side by side: a cache line of each row is read whole. */
#define STRIP 64

static void softmax_strips(void *argument, int64_t begin, int64_t end, int thread) {
    const softmax_job *j = argument;
    int64_t inner = j->p->inner;
    int64_t strips = (inner + STRIP - 1) / STRIP;
    for (int64_t i = begin; i < end; i++) {
        int64_t first = i % strips * STRIP;
        int64_t offset = i / strips * j->p->n * inner + first;
        int64_t width = inner - first < STRIP ? inner - first : STRIP;
        j->k->math.softmax_columns(j->x + offset, j->y + offset, j->p->n, inner, width, j->p->log);
    }
}

void tn_run_softmax(tn_run *run, const void *parameters) {
    const tn_softmax *p = parameters;
    softmax_job j = {run->k, p, tn_at(run, p->x), tn_at(run, p->y)};
    if (p->n == 0) {
        return;
    }
    if (p->inner == 1) {
        tn_parallel(run, p->outer, tn_grain(30 + 0.8 * (double)p->n), softmax_rows, &j);
    } else {
        tn_parallel(run, p->outer * ((p->inner + STRIP - 1) / STRIP),
                    tn_grain(0.8 * STRIP * (double)p->n), softmax_strips, &j);
    }
}
