/* Kernels of the family window. */
#ifndef TENON_K_WINDOW_H
#define TENON_K_WINDOW_H

#include "ops.h"

struct tn_k_window {
    int unused;
};

#endif
