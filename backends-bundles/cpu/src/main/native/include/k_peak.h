/* Loops in registers alone: what an instruction set can do at most. */
#ifndef TENON_K_PEAK_H
#define TENON_K_PEAK_H

#include "ops.h"

struct tn_k_peak {
    /** Runs so many rounds of independent multiply-adds; returns how many operations that were. */
    double (*f32)(int64_t rounds);
    double (*q8)(int64_t rounds);
    double (*bf16)(int64_t rounds);
};

#endif
