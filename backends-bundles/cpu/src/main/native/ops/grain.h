/* How much work is worth handing to another thread. */
#ifndef TENON_GRAIN_H
#define TENON_GRAIN_H

#include <stdint.h>

/* Within a run the others wait actively, so that a few microseconds are worth handing over. */
#define TN_PIECE_NANOS 8000

/** Items of a piece, for items of that many nanoseconds. */
static inline int64_t tn_grain(double nanos) {
    return nanos < 1                ? TN_PIECE_NANOS
           : nanos < TN_PIECE_NANOS ? (int64_t)(TN_PIECE_NANOS / nanos)
                                    : 1;
}

#endif
