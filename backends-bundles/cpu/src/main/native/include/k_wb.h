/* Kernels of the family wb. */
#ifndef TENON_K_WB_H
#define TENON_K_WB_H

#include "ops.h"

struct tn_k_wb {
    int unused;
};

#endif
