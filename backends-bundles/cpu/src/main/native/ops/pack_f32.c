/* Packs weights into panels of columns: [panel][k][columns of the panel], the rest zeros. */
#include <string.h>

#include "f32.h"

size_t tn_bytes_gemm_f32(const void *parameters, const tn_kernels *k) {
    const tn_pack_gemm *p = parameters;
    return tn_f32_packed(&k->f32, p->n) * (size_t)p->k * 4 + 4;
}

void tn_pack_gemm_f32(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_gemm *p = parameters;
    const float *w = (const float *)(intptr_t)p->address;
    float *out = target;
    for (int64_t col = 0; col < p->n; col += k->f32.nr) {
        int64_t cols = p->n - col < k->f32.nr ? p->n - col : k->f32.nr;
        int width = tn_f32_width(&k->f32, cols);
        for (int64_t i = 0; i < p->k; i++) {
            const float *from = w + i * p->k_stride + col * p->n_stride;
            if (p->n_stride == 1) {
                memcpy(out, from, (size_t)cols * 4);
            } else {
                for (int64_t j = 0; j < cols; j++) out[j] = from[j * p->n_stride];
            }
            for (int64_t j = cols; j < width; j++) out[j] = 0;
            out += width;
        }
    }
}

size_t tn_bytes_gemm_bf16(const void *parameters, const tn_kernels *k) {
    const tn_pack_gemm *p = parameters;
    int64_t panels = (p->n + k->f32.nr - 1) / k->f32.nr;
    return (size_t)(panels * k->f32.nr * ((p->k + 1) / 2 * 2)) * 2 + 4;
}

void tn_pack_gemm_bf16(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_gemm *p = parameters;
    const float *w = (const float *)(intptr_t)p->address;
    uint16_t *out = target;
    int nr = k->f32.nr;
    for (int64_t col = 0; col < p->n; col += nr) {
        for (int64_t i = 0; i < (p->k + 1) / 2 * 2; i += 2) {
            for (int64_t j = 0; j < nr; j++) {
                for (int64_t half = 0; half < 2; half++) {
                    int there = col + j < p->n && i + half < p->k;
                    float x = there ? w[(i + half) * p->k_stride + (col + j) * p->n_stride] : 0;
                    k->f32.to_bf16(&x, out++, 1);
                }
            }
        }
    }
}

/* Order of k within a panel: taps (rows, then columns of the kernel), within them channels. */
size_t tn_bytes_conv_f32(const void *parameters, const tn_kernels *k) {
    const tn_pack_conv *p = parameters;
    size_t depth = (size_t)(p->ci / p->groups * p->kh * p->kw);
    return (size_t)p->groups * tn_f32_packed(&k->f32, p->co / p->groups) * depth * 4 + 4;
}

void tn_pack_conv_f32(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_conv *p = parameters;
    const float *w = (const float *)(intptr_t)p->address;
    int64_t ci = p->ci / p->groups, co = p->co / p->groups, taps = p->kh * p->kw;
    float *out = target;
    for (int64_t group = 0; group < p->groups; group++) {
        for (int64_t col = 0; col < co; col += k->f32.nr) {
            int64_t cols = co - col < k->f32.nr ? co - col : k->f32.nr;
            int width = tn_f32_width(&k->f32, cols);
            for (int64_t tap = 0; tap < taps; tap++) {
                for (int64_t c = 0; c < ci; c++) {
                    for (int64_t j = 0; j < width; j++) {
                        int64_t n = group * co + col + j;
                        *out++ = j < cols ? w[(n * ci + c) * taps + tap] : 0;
                    }
                }
            }
        }
    }
}
