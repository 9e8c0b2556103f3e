/* How tiles begin and end; see tn_tile. */
#ifndef TENON_TILE_ENDS_H
#define TENON_TILE_ENDS_H

#include "k_f32.h"
#include "vec.h"

V vf vf_load_upto(const float *p, int64_t n) {
    return n == VF ? vf_load(p) : vf_load_n(p, n);
}

V void vf_store_upto(float *p, vf v, int64_t n) {
    if (n == VF) {
        vf_store(p, v);
    } else {
        vf_store_n(p, v, n);
    }
}

/** The bias of vector number v of a tile's columns. */
V vf tile_bias(const tn_tile *t, int v) {
    int64_t n = t->cols - v * VF;
    return t->bias == NULL ? (vf){0} : vf_load_upto(t->bias + v * VF, n < VF ? n : VF);
}

/** Within the range of vectors called low and high; NaN stays. */
#define clamp(x) vf_min(high, vf_max(low, x))

#endif
