/* What this machine can do at most, measured: the roof that `bench --layers` holds operators to. */
#ifndef TENON_PEAK_H
#define TENON_PEAK_H

#include "pool.h"

enum tn_peak_kind {
    /** Operations (a multiply-add is two) per second in registers. */
    TN_PEAK_F32 = 0,
    TN_PEAK_Q8 = 1,
    TN_PEAK_BF16 = 2,
    /** Bytes per second read from memory, of a range far larger than the caches. */
    TN_PEAK_MEMORY = 3
};

/** The best of some short measurements on `threads` threads; takes some 50 ms. */
double tn_peak(enum tn_peak_kind kind, tn_pool *pool, int threads);

#endif
