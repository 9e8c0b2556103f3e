/* TN_ARG, TN_TOPK, TN_CUMSUM: what depends on the order along an axis. */
#include <math.h>
#include <string.h>

#include "half.h"
#include "kernels.h"

#define GRAIN_ELEMENTS 16384
/* Columns that are scanned side by side. */
#define COLUMNS 16

static int64_t pieces_of(int64_t elements_per_item) {
    return 1 + GRAIN_ELEMENTS / (elements_per_item + 1);
}

/*
 * A number's rank among those of its type, as an integer. 0 and -0 are equal; NaN is above
 * infinity, as numpy sorts.
 */
static inline int64_t rank_of_f32(float x) {
    if (x != x) {
        return INT64_MAX - 1;
    }
    int32_t bits = (int32_t)tn_bits(x);
    return bits >= 0 ? bits : -(int64_t)(bits & 0x7FFFFFFF);
}

static inline int64_t rank_of_f64(double x) {
    if (x != x) {
        return INT64_MAX - 1;
    }
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >= 0 ? bits : -(bits & INT64_MAX);
}

static inline int64_t rank_at(const void *x, int64_t type, int64_t i) {
    switch (type) {
        case TN_F32: return rank_of_f32(((const float *)x)[i]);
        case TN_F64: return rank_of_f64(((const double *)x)[i]);
        case TN_F16: return rank_of_f32(tn_from_f16(((const uint16_t *)x)[i]));
        case TN_BF16: return rank_of_f32(tn_from_bf16(((const uint16_t *)x)[i]));
        case TN_U8:
        case TN_BOOL: return ((const uint8_t *)x)[i];
        case TN_S8: return ((const int8_t *)x)[i];
        case TN_I16: return ((const int16_t *)x)[i];
        case TN_U16: return ((const uint16_t *)x)[i];
        case TN_I32: return ((const int32_t *)x)[i];
        case TN_U32: return ((const uint32_t *)x)[i];
        case TN_U64: return (int64_t)(((const uint64_t *)x)[i] ^ (uint64_t)INT64_MIN);
        default: return ((const int64_t *)x)[i];
    }
}

typedef struct best {
    int64_t rank, index;
} best;

/* The best of n elements that are `stride` apart, counted from `first` by steps of `step`. */
static best scan(const tn_arg *p, const char *x, int64_t n, int64_t stride) {
    best b = {0, 0};
    for (int64_t i = 0; i < n; i++) {
        int64_t rank = rank_at(x, p->type, i * stride);
        rank = p->min ? ~rank : rank;
        if (i == 0 || rank > b.rank || (p->last && rank == b.rank)) {
            b = (best){rank, i};
        }
    }
    return b;
}

/*
 * The same for a dense row of floats: lanes side by side, then the best of the lanes. Numbers
 * that are not better than -infinity, such as NaN, are left to scan().
 */
static int64_t arg_f32(const tn_arg *p, const float *x, int64_t n) {
    float sign = p->min ? -1 : 1;
    float value[COLUMNS];
    int nan = 0;
    for (int j = 0; j < COLUMNS; j++) value[j] = -INFINITY;
    int64_t i = 0;
    for (; i + COLUMNS <= n; i += COLUMNS) {
        for (int j = 0; j < COLUMNS; j++) {
            float v = sign * x[i + j];
            nan |= v != v;
            value[j] = v > value[j] ? v : value[j];
        }
    }
    for (; i < n; i++) {
        float v = sign * x[i];
        nan |= v != v;
        value[0] = v > value[0] ? v : value[0];
    }
    if (nan) {
        return scan(p, (const char *)x, n, 1).index;
    }
    for (int j = 1; j < COLUMNS; j++) value[0] = value[j] > value[0] ? value[j] : value[0];
    float wanted = sign * value[0];
    if (p->last) {
        for (i = n - 1; x[i] != wanted; i--) continue;
    } else {
        for (i = 0; x[i] != wanted; i++) continue;
    }
    return i;
}

typedef struct order {
    const void *parameters;
    const tn_run *run;
    const char *x;
    char *y;
    int64_t *indices;
} order;

static void arg_task(void *argument, int64_t begin, int64_t end, int thread) {
    const order *o = argument;
    const tn_arg *p = o->parameters;
    int64_t size = (int64_t)tn_size(p->type);
    for (int64_t item = begin; item < end; item++) {
        const char *x = o->x + (item / p->inner * p->n * p->inner + item % p->inner) * size;
        o->indices[item] = p->type == TN_F32 && p->inner == 1 ? arg_f32(p, (const float *)x, p->n)
                                                              : scan(p, x, p->n, p->inner).index;
    }
}

void tn_run_arg(tn_run *run, const void *parameters) {
    const tn_arg *p = parameters;
    if (p->n == 0) {
        return;
    }
    order o = {p, run, tn_at(run, p->x), NULL, tn_at(run, p->y)};
    tn_parallel(run, p->outer * p->inner, pieces_of(p->n), arg_task, &o);
}

/* Whether a stands before b: of equals the one with the lower index. */
static inline int before(best a, best b) {
    return a.rank > b.rank || (a.rank == b.rank && a.index < b.index);
}

/* Restores the heap, whose root is the last of its elements, below i. */
static void sink(best *heap, int64_t n, int64_t i) {
    best moved = heap[i];
    for (;;) {
        int64_t child = 2 * i + 1;
        if (child >= n) {
            break;
        }
        if (child + 1 < n && before(heap[child], heap[child + 1])) {
            child++;
        }
        if (!before(moved, heap[child])) {
            break;
        }
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = moved;
}

static void topk_task(void *argument, int64_t begin, int64_t end, int thread) {
    const order *o = argument;
    const tn_topk *p = o->parameters;
    int64_t size = (int64_t)tn_size(p->type);
    best *heap = tn_local(o->run, thread);
    for (int64_t item = begin; item < end; item++) {
        int64_t outer = item / p->inner;
        int64_t inner = item % p->inner;
        const char *x = o->x + (outer * p->n * p->inner + inner) * size;
        for (int64_t i = 0; i < p->n; i++) {
            int64_t rank = rank_at(x, p->type, i * p->inner);
            best next = {p->smallest ? ~rank : rank, i};
            if (i < p->k) {
                heap[i] = next;
                if (i == p->k - 1) {
                    for (int64_t j = p->k / 2; j-- > 0;) sink(heap, p->k, j);
                }
            } else if (before(next, heap[0])) {
                heap[0] = next;
                sink(heap, p->k, 0);
            }
        }
        for (int64_t left = p->k; left-- > 0;) {
            int64_t to = (outer * p->k + left) * p->inner + inner;
            o->indices[to] = heap[0].index;
            memcpy(o->y + to * size, x + heap[0].index * p->inner * size, (size_t)size);
            heap[0] = heap[left];
            sink(heap, left, 0);
        }
    }
}

size_t tn_local_topk(const void *parameters, const tn_kernels *k, int threads) {
    return (size_t)((const tn_topk *)parameters)->k * sizeof(best);
}

void tn_run_topk(tn_run *run, const void *parameters) {
    const tn_topk *p = parameters;
    if (p->k == 0) {
        return;
    }
    if (p->k > p->n) {
        tn_fail(run, "TopK: %lld elements are wanted of an axis that has %lld", (long long)p->k,
                (long long)p->n);
        return;
    }
    order o = {p, run, tn_at(run, p->x), tn_at(run, p->values), tn_at(run, p->indices)};
    tn_parallel(run, p->outer * p->inner, pieces_of(p->n), topk_task, &o);
}

/* wide: sums of integers wrap, so they are formed without sign. */
#define CUMSUM(type, wide)                                                         \
    {                                                                              \
        const type *x = (const type *)o->x + outer * p->n * p->inner;              \
        type *y = (type *)o->y + outer * p->n * p->inner;                          \
        for (int64_t i = 0; i < p->n; i++) {                                       \
            const type *added = x + (from + step * (i - p->exclusive)) * p->inner; \
            type *sum = y + (from + step * i) * p->inner;                          \
            for (int64_t j = 0; j < p->inner; j++) {                               \
                wide last = i == 0 ? 0 : (wide)sum[j - step * p->inner];           \
                wide next = i < p->exclusive ? 0 : (wide)added[j];                 \
                sum[j] = (type)(last + next);                                      \
            }                                                                      \
        }                                                                          \
        break;                                                                     \
    }

static void cumsum_task(void *argument, int64_t begin, int64_t end, int thread) {
    const order *o = argument;
    const tn_cumsum *p = o->parameters;
    int64_t step = p->reverse ? -1 : 1;
    int64_t from = p->reverse ? p->n - 1 : 0;
    for (int64_t outer = begin; outer < end; outer++) {
        switch (p->type) {
            case TN_F32: CUMSUM(float, float)
            case TN_F64: CUMSUM(double, double)
            case TN_I32: CUMSUM(int32_t, uint32_t)
            default: CUMSUM(int64_t, uint64_t)
        }
    }
}

void tn_run_cumsum(tn_run *run, const void *parameters) {
    const tn_cumsum *p = parameters;
    if (p->type != TN_F32 && p->type != TN_F64 && p->type != TN_I32 && p->type != TN_I64) {
        tn_fail(run, "CumSum: no sums of elements of type %d", (int)p->type);
        return;
    }
    order o = {p, run, tn_at(run, p->x), tn_at(run, p->y), NULL};
    tn_parallel(run, p->outer, pieces_of(p->n * p->inner), cumsum_task, &o);
}
