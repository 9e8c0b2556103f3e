/*
 * Transposed convolution: output pixels fall into sh * sw phases, and a phase meets only those taps
 * that it can be reached by: an ordinary convolution with few taps, whose results lie sw pixels
 * apart. Nothing is added up in memory.
 */
#ifndef TENON_CONVT_H
#define TENON_CONVT_H

#include "f32.h"

/* A kernel with more taps than this is not packed. */
#define TN_CONVT_TAPS 256

/** The taps of a phase (of rows, times those of columns): kernel indices, and what is taken from the output's place. */
typedef struct tn_phase {
    int count;
    /** Kernel row * kw + column of each. */
    int32_t tap[TN_CONVT_TAPS];
} tn_phase;

/** Taps that reach outputs with (y + pt) mod sh == py and (x + pl) mod sw == px. */
static inline tn_phase tn_phase_of(int64_t kh, int64_t kw, int64_t sh, int64_t sw, int64_t dh,
                                   int64_t dw, int64_t py, int64_t px) {
    tn_phase phase = {0};
    for (int64_t ky = 0; ky < kh; ky++) {
        for (int64_t kx = 0; kx < kw; kx++) {
            if (ky * dh % sh == py && kx * dw % sw == px && phase.count < TN_CONVT_TAPS) {
                phase.tap[phase.count++] = (int32_t)(ky * kw + kx);
            }
        }
    }
    return phase;
}

#endif
