/* How much work is worth handing to another thread. */
#ifndef TENON_GRAIN_H
#define TENON_GRAIN_H

#include <stdint.h>

/** Items of a piece, for items of that many nanoseconds. */
static inline int64_t tn_grain(double nanos) {
    return nanos < 1 ? 30000 : nanos < 30000 ? (int64_t)(30000 / nanos) : 1;
}

#endif
