/* Kernels of the family f32. */
#ifndef TENON_K_F32_H
#define TENON_K_F32_H

#include "ops.h"

struct tn_k_f32 {
    int unused;
};

#endif
