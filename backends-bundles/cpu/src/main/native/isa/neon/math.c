#include "math_kernels.inc"

void tn_neon_math(struct tn_k_math *k) {
    fill_math(k);
}
