/*
 * TN_GATHER, TN_GATHER_ELEMENTS, TN_GATHER_ND, TN_SCATTER_ND. Indices come from outside: each is
 * read once, checked and then used.
 */
#include <stdatomic.h>
#include <string.h>

#include "kernels.h"

#define PIECE (32 * 1024)
#define NONE (-1)

typedef struct gather {
    const char *x, *indices;
    char *y;
    const void *parameters;
    int64_t wide;
    /* position of an index that is out of range, or NONE */
    atomic_int_fast64_t bad;
} gather;

static inline int64_t index_at(const gather *g, int64_t i) {
    return g->wide ? ((const int64_t *)g->indices)[i] : ((const int32_t *)g->indices)[i];
}

/* The index counted from the start; NONE, and noted, if it is out of range. */
static inline int64_t checked(gather *g, int64_t position, int64_t n) {
    int64_t index = index_at(g, position);
    if (index >= 0 && index < n) {
        return index;
    }
    if (index < 0 && index >= -n) {
        return index + n;
    }
    atomic_store_explicit(&g->bad, position, memory_order_relaxed);
    return NONE;
}

static inline void copy_element(char *y, const char *x, int64_t size) {
    switch (size) {
        case 1: *y = *x; break;
        case 4: memcpy(y, x, 4); break;
        case 8: memcpy(y, x, 8); break;
        default: memcpy(y, x, (size_t)size);
    }
}

static void run_checked(tn_run *run, gather *g, int64_t items, int64_t bytes, tn_task task,
                        const char *name) {
    atomic_init(&g->bad, NONE);
    tn_parallel(run, items, 1 + PIECE / (bytes + 1), task, g);
    int64_t bad = atomic_load(&g->bad);
    if (bad != NONE) {
        tn_fail(run, "%s: index %lld at position %lld is out of range", name,
                (long long)index_at(g, bad), (long long)bad);
    }
}

static void gather_task(void *argument, int64_t begin, int64_t end, int thread) {
    gather *g = argument;
    const tn_gather *p = g->parameters;
    int64_t position = begin % p->count;
    const char *x = g->x + begin / p->count * p->axis * p->inner;
    for (int64_t i = begin; i < end; i++) {
        int64_t index = checked(g, position, p->axis);
        if (index != NONE) {
            copy_element(g->y + i * p->inner, x + index * p->inner, p->inner);
        }
        if (++position == p->count) {
            position = 0;
            x += p->axis * p->inner;
        }
    }
}

void tn_run_gather(tn_run *run, const void *parameters) {
    const tn_gather *p = parameters;
    gather g = {.x = tn_at(run, p->x),
                .indices = tn_at(run, p->indices),
                .y = tn_at(run, p->y),
                .parameters = p,
                .wide = p->index_type == TN_I64};
    run_checked(run, &g, p->outer * p->count, p->inner, gather_task, "Gather");
}

/* Items are rows of the result, inner elements each. */
static void gather_elements_task(void *argument, int64_t begin, int64_t end, int thread) {
    gather *g = argument;
    const tn_gather_elements *p = g->parameters;
    for (int64_t row = begin; row < end; row++) {
        const char *x = g->x + row / p->count * p->axis * p->inner * p->size;
        for (int64_t i = 0; i < p->inner; i++) {
            int64_t position = row * p->inner + i;
            int64_t index = checked(g, position, p->axis);
            if (index != NONE) {
                copy_element(g->y + position * p->size, x + (index * p->inner + i) * p->size,
                             p->size);
            }
        }
    }
}

void tn_run_gather_elements(tn_run *run, const void *parameters) {
    const tn_gather_elements *p = parameters;
    gather g = {.x = tn_at(run, p->x),
                .indices = tn_at(run, p->indices),
                .y = tn_at(run, p->y),
                .parameters = p,
                .wide = p->index_type == TN_I64};
    run_checked(run, &g, p->outer * p->count, p->inner * p->size, gather_elements_task,
                "GatherElements");
}

/* The offset, in slices, of index tuple i; NONE if one of the tuple is out of range. */
static int64_t slice_at(gather *g, const tn_gather_nd *p, int64_t i) {
    int64_t slice = 0;
    for (int64_t d = 0; d < p->depth; d++) {
        int64_t index = checked(g, i * p->depth + d, p->dims[d]);
        if (index == NONE) {
            return NONE;
        }
        slice = slice * p->dims[d] + index;
    }
    return slice;
}

static void gather_nd_task(void *argument, int64_t begin, int64_t end, int thread) {
    gather *g = argument;
    const tn_gather_nd *p = g->parameters;
    int64_t slices = 1;
    for (int64_t d = 0; d < p->depth; d++) slices *= p->dims[d];
    for (int64_t i = begin; i < end; i++) {
        int64_t slice = slice_at(g, p, i);
        if (slice != NONE) {
            copy_element(g->y + i * p->inner, g->x + (i / p->count * slices + slice) * p->inner,
                         p->inner);
        }
    }
}

void tn_run_gather_nd(tn_run *run, const void *parameters) {
    const tn_gather_nd *p = parameters;
    gather g = {.x = tn_at(run, p->x),
                .indices = tn_at(run, p->indices),
                .y = tn_at(run, p->y),
                .parameters = p,
                .wide = p->index_type == TN_I64};
    run_checked(run, &g, p->batch * p->count, p->inner, gather_nd_task, "GatherND");
}

enum { REDUCE_NONE, REDUCE_ADD, REDUCE_MUL, REDUCE_MAX, REDUCE_MIN };

/* wide: sums and products of signed integers wrap, so they are formed without sign. */
#define REDUCE(type, wide)                                                              \
    {                                                                                   \
        type *a = (type *)y;                                                            \
        const type *b = (const type *)x;                                                \
        int64_t n = p->inner / (int64_t)sizeof(type);                                   \
        switch (p->reduction) {                                                         \
            case REDUCE_ADD:                                                            \
                for (int64_t i = 0; i < n; i++) a[i] = (type)((wide)a[i] + (wide)b[i]); \
                break;                                                                  \
            case REDUCE_MUL:                                                            \
                for (int64_t i = 0; i < n; i++) a[i] = (type)((wide)a[i] * (wide)b[i]); \
                break;                                                                  \
            case REDUCE_MAX:                                                            \
                for (int64_t i = 0; i < n; i++) a[i] = b[i] > a[i] ? b[i] : a[i];       \
                break;                                                                  \
            case REDUCE_MIN:                                                            \
                for (int64_t i = 0; i < n; i++) a[i] = b[i] < a[i] ? b[i] : a[i];       \
                break;                                                                  \
        }                                                                               \
        return 1;                                                                       \
    }

/* Reduces a slice into y; 0 if there is no reduction of this type. */
static int reduce(const tn_gather_nd *p, char *y, const char *x) {
    switch (p->type) {
        case TN_F32: REDUCE(float, float)
        case TN_F64: REDUCE(double, double)
        case TN_I32: REDUCE(int32_t, uint32_t)
        case TN_I64: REDUCE(int64_t, uint64_t)
        case TN_U8: REDUCE(uint8_t, uint32_t)
        case TN_S8: REDUCE(int8_t, uint32_t)
        default: return 0;
    }
}

/* In order and on one thread: of equal indices the last one stays. */
void tn_run_scatter_nd(tn_run *run, const void *parameters) {
    const tn_gather_nd *p = parameters;
    gather g = {.x = tn_at(run, p->x),
                .indices = tn_at(run, p->indices),
                .y = tn_at(run, p->y),
                .parameters = p,
                .wide = p->index_type == TN_I64};
    for (int64_t i = 0; i < p->count; i++) {
        int64_t slice = slice_at(&g, p, i);
        if (slice == NONE) {
            int64_t bad = atomic_load(&g.bad);
            tn_fail(run, "ScatterND: index %lld at position %lld is out of range",
                    (long long)index_at(&g, bad), (long long)bad);
            return;
        }
        char *y = g.y + slice * p->inner;
        const char *x = g.x + i * p->inner;
        if (p->reduction == REDUCE_NONE) {
            copy_element(y, x, p->inner);
        } else if (!reduce(p, y, x)) {
            tn_fail(run, "ScatterND: no reduction of elements of type %d", (int)p->type);
            return;
        }
    }
}
