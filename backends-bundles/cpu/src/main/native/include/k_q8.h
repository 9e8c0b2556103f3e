/* Kernels of the family q8. */
#ifndef TENON_K_Q8_H
#define TENON_K_Q8_H

#include "ops.h"

struct tn_k_q8 {
    int unused;
};

#endif
