/* Walks over tensors of several strides at once, as broadcasting needs it. */
#ifndef TENON_WALK_H
#define TENON_WALK_H

#include <stdint.h>

#define TN_WALK_DIMS 6
#define TN_WALK_TENSORS 3

typedef struct tn_walk {
    int rank;
    int tensors;
    /** Elements in all. */
    int64_t total;
    /** The innermost last; there is at least one. */
    int64_t dims[TN_WALK_DIMS];
    int64_t strides[TN_WALK_TENSORS][TN_WALK_DIMS];
} tn_walk;

/** n results from `at` on, of elements at the offsets that are the innermost strides apart. */
typedef void (*tn_stretch)(void *argument, const int64_t *offsets, int64_t at, int64_t n);

/** Joins neighbouring dims where all strides allow it. strides: TN_WALK_DIMS of each tensor. */
static inline tn_walk tn_walk_of(int64_t rank, const int64_t *dims, int tensors,
                                 const int64_t *const *strides) {
    tn_walk w = {1, tensors, 1, {1}, {{0}}};
    int last = -1;
    for (int i = 0; i < rank; i++) {
        w.total *= dims[i];
        if (dims[i] == 1) {
            continue;
        }
        int joined = last >= 0;
        for (int t = 0; t < tensors && joined; t++) {
            joined = w.strides[t][last] == strides[t][i] * dims[i];
        }
        if (joined) {
            w.dims[last] *= dims[i];
        } else {
            w.dims[++last] = dims[i];
        }
        for (int t = 0; t < tensors; t++) w.strides[t][last] = strides[t][i];
    }
    w.rank = last < 0 ? 1 : last + 1;
    return w;
}

static inline void tn_walk_over(const tn_walk *w, int64_t begin, int64_t end, tn_stretch stretch,
                                void *argument) {
    int inner = w->rank - 1;
    int64_t index[TN_WALK_DIMS];
    int64_t rest = begin;
    for (int i = inner; i >= 0; i--) {
        index[i] = rest % w->dims[i];
        rest /= w->dims[i];
    }
    while (begin < end) {
        int64_t offsets[TN_WALK_TENSORS] = {0};
        for (int t = 0; t < w->tensors; t++) {
            for (int i = 0; i <= inner; i++) offsets[t] += index[i] * w->strides[t][i];
        }
        int64_t n = w->dims[inner] - index[inner];
        n = n < end - begin ? n : end - begin;
        stretch(argument, offsets, begin, n);
        begin += n;
        index[inner] = 0;
        for (int i = inner - 1; i >= 0 && ++index[i] == w->dims[i]; i--) index[i] = 0;
    }
}

#endif
