/* Loops over vectors that end with a part of one. */
#ifndef TENON_LOOPS_H
#define TENON_LOOPS_H

#include "vec.h"

/**
 * The statement for i = 0, VF, ... below n; `lanes` of the vector at i are there: VF, a constant,
 * but for the last.
 */
#define V_FOR(i, n, ...)                     \
    do {                                     \
        int64_t i = 0;                       \
        for (; i + VF <= (n); i += VF) {     \
            const int64_t lanes = VF;        \
            (void)lanes;                     \
            __VA_ARGS__                      \
        }                                    \
        if (i < (n)) {                       \
            const int64_t lanes = (n) - i;   \
            (void)lanes;                     \
            __VA_ARGS__                      \
        }                                    \
    } while (0)

V vf vf_get(const float *p, int64_t lanes) {
    return lanes == VF ? vf_load(p) : vf_load_n(p, lanes);
}

V void vf_put(float *p, vf v, int64_t lanes) {
    if (lanes == VF) {
        vf_store(p, v);
    } else {
        vf_store_n(p, v, lanes);
    }
}

V vi vi_get(const int32_t *p, int64_t lanes) {
    return lanes == VF ? vi_load(p) : vi_load_n(p, lanes);
}

V vi vi_get_u8(const uint8_t *p, int64_t lanes) {
    return lanes == VF ? vi_load_u8(p) : vi_load_u8_n(p, lanes);
}

V vi vi_get_s8(const uint8_t *p, int64_t lanes) {
    vs8 v = {0};
    memcpy(&v, p, (size_t)lanes);
    return vi_of_s8(v);
}

V void vi_put_u8(uint8_t *p, vi v, int64_t lanes) {
    if (lanes == VF) {
        vi_store_u8(p, v);
    } else {
        vi_store_u8_n(p, v, lanes);
    }
}

V int32_t vi_sum(vi v) {
#if VF == 16
    return _mm512_reduce_add_epi32((__m512i)v);
#else
    int32_t sum = 0;
    for (int i = 0; i < VF; i++) sum += v[i];
    return sum;
#endif
}

/** Lanes 0, 1, 2, ... */
V vi vi_iota(void) {
    vi v;
    for (int i = 0; i < VF; i++) v[i] = i;
    return v;
}

/** v, with `other` in all lanes but the first ones. */
V vf vf_first(vf v, int64_t lanes, float other) {
    return lanes == VF ? v : vf_select(vi_iota() < (int32_t)lanes, v, vf_set(other));
}

#endif
