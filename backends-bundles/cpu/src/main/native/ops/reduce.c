/* TN_REDUCE. */
#include <math.h>

#include "grain.h"
#include "kernels.h"

/* Columns that are done side by side. */
#define STRIP 64

typedef struct reduce_job {
    const tn_kernels *k;
    const tn_reduce *p;
    const void *x;
    void *y;
} reduce_job;

static void rows_f32(void *argument, int64_t begin, int64_t end, int thread) {
    const reduce_job *j = argument;
    for (int64_t r = begin; r < end; r++) {
        ((float *)j->y)[r] =
            j->k->math.reduce((const float *)j->x + r * j->p->n, j->p->n, j->p->fn);
    }
}

static void strips_f32(void *argument, int64_t begin, int64_t end, int thread) {
    const reduce_job *j = argument;
    int64_t inner = j->p->inner;
    int64_t strips = (inner + STRIP - 1) / STRIP;
    for (int64_t i = begin; i < end; i++) {
        int64_t outer = i / strips;
        int64_t first = i % strips * STRIP;
        int64_t width = inner - first < STRIP ? inner - first : STRIP;
        j->k->math.reduce_columns((const float *)j->x + outer * j->p->n * inner + first,
                                  (float *)j->y + outer * inner + first, j->p->n, inner, width,
                                  j->p->fn);
    }
}

/* Integers wrap around; what is not an integer (means, roots, logarithms) is cut towards zero. */
static int64_t reduce_integers(const tn_reduce *p, const void *x, int64_t first) {
    int64_t most = p->type == TN_I32 ? INT32_MAX : INT64_MAX;
    uint64_t sum = p->fn == TN_REDUCE_PROD;
    int64_t best = p->fn == TN_REDUCE_MAX ? -most - 1 : most;
    double reals = 0;
    for (int64_t i = 0; i < p->n; i++) {
        int64_t at = first + i * p->inner;
        int64_t v = p->type == TN_I32 ? ((const int32_t *)x)[at] : ((const int64_t *)x)[at];
        uint64_t u = (uint64_t)v;
        switch (p->fn) {
            case TN_REDUCE_MAX: best = v > best ? v : best; break;
            case TN_REDUCE_MIN: best = v < best ? v : best; break;
            case TN_REDUCE_PROD: sum *= u; break;
            case TN_REDUCE_L1: sum += v < 0 ? 0 - u : u; break;
            case TN_REDUCE_SUM_SQUARE: sum += u * u; break;
            case TN_REDUCE_L2: reals += (double)v * (double)v; break;
            case TN_REDUCE_LOG_SUM_EXP: reals += exp((double)v); break;
            default: sum += u;
        }
    }
    switch (p->fn) {
        case TN_REDUCE_MAX:
        case TN_REDUCE_MIN: return best;
        case TN_REDUCE_MEAN: return p->n > 0 ? (int64_t)sum / p->n : 0;
        case TN_REDUCE_L2: return (int64_t)sqrt(reals);
        case TN_REDUCE_LOG_SUM: return (int64_t)log((double)(int64_t)sum);
        case TN_REDUCE_LOG_SUM_EXP: return (int64_t)log(reals);
        default: return (int64_t)sum;
    }
}

static void integers(void *argument, int64_t begin, int64_t end, int thread) {
    const reduce_job *j = argument;
    const tn_reduce *p = j->p;
    for (int64_t i = begin; i < end; i++) {
        int64_t first = i / p->inner * p->n * p->inner + i % p->inner;
        int64_t result = reduce_integers(p, j->x, first);
        if (p->type == TN_I32) {
            ((int32_t *)j->y)[i] = (int32_t)result;
        } else {
            ((int64_t *)j->y)[i] = result;
        }
    }
}

void tn_run_reduce(tn_run *run, const void *parameters) {
    const tn_reduce *p = parameters;
    reduce_job j = {run->k, p, tn_at(run, p->x), tn_at(run, p->y)};
    double n = (double)p->n;
    if (p->type == TN_I32 || p->type == TN_I64) {
        tn_parallel(run, p->outer * p->inner, tn_grain(5 + n), integers, &j);
    } else if (p->type != TN_F32) {
        tn_fail(run, "TN_REDUCE has no type %d", (int)p->type);
    } else if (p->inner == 1) {
        tn_parallel(run, p->outer, tn_grain(10 + 0.1 * n), rows_f32, &j);
    } else {
        tn_parallel(run, p->outer * ((p->inner + STRIP - 1) / STRIP), tn_grain(0.1 * STRIP * n),
                    strips_f32, &j);
    }
}
