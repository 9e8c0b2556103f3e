/* Kernels of the family math. */
#ifndef TENON_K_MATH_H
#define TENON_K_MATH_H

#include "ops.h"

struct tn_k_math {
    int unused;
};

#endif
