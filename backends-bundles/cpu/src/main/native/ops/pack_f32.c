/* Packs matrices into panels of columns: [panel][k][columns of the panel], the rest zeros. */
#include <string.h>

#include "f32.h"

void tn_f32_pack(const struct tn_k_f32 *k, const float *w, int64_t rows, int64_t cols,
                 int64_t row_stride, int64_t col_stride, float factor, float *out) {
    for (int64_t col = 0; col < cols; col += k->nr) {
        int64_t here = cols - col < k->nr ? cols - col : k->nr;
        int width = tn_f32_width(k, here, 0);
        for (int64_t i = 0; i < rows; i++) {
            const float *from = w + i * row_stride + col * col_stride;
            if (col_stride == 1) {
                for (int64_t j = 0; j < here; j++) out[j] = factor * from[j];
            } else {
                for (int64_t j = 0; j < here; j++) out[j] = factor * from[j * col_stride];
            }
            for (int64_t j = here; j < width; j++) out[j] = 0;
            out += width;
        }
    }
}

size_t tn_bytes_gemm_f32(const void *parameters, const tn_kernels *k) {
    const tn_pack_gemm *p = parameters;
    return tn_f32_packed(&k->f32, p->n, 0) * (size_t)p->k * 4;
}

void tn_pack_gemm_f32(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_gemm *p = parameters;
    tn_f32_pack(&k->f32, (const float *)(intptr_t)p->address, p->k, p->n, p->k_stride, p->n_stride, 1,
                target);
}

/* TN_BF16: pairs along k, [panel][(k + 1) / 2][columns][2]. */
size_t tn_bytes_gemm_bf16(const void *parameters, const tn_kernels *k) {
    const tn_pack_gemm *p = parameters;
    return tn_f32_packed(&k->f32, p->n, 1) * (size_t)((p->k + 1) / 2 * 2) * 2;
}

void tn_pack_gemm_bf16(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_gemm *p = parameters;
    const float *w = (const float *)(intptr_t)p->address;
    uint16_t *out = target;
    for (int64_t col = 0; col < p->n; col += k->f32.nr) {
        int width = tn_f32_width(&k->f32, p->n - col, 1);
        for (int64_t i = 0; i < p->k; i += 2) {
            float pairs[2 * TN_TILE_COLS] = {0};
            for (int64_t j = 0; j < width && col + j < p->n; j++) {
                for (int64_t half = 0; half < 2 && i + half < p->k; half++) {
                    pairs[2 * j + half] = w[(i + half) * p->k_stride + (col + j) * p->n_stride];
                }
            }
            k->f32.to_bf16(pairs, out, 2 * width);
            out += 2 * width;
        }
    }
}
