/* Packs weights of convolutions; the forms are in conv_f32.h. */
#include <string.h>

#include "conv_f32.h"

static int winograd(const tn_pack_conv *p) {
    return p->algo == 0 &&
           tn_winograd_fits(p->kh, p->kw, p->sh, p->sw, p->dh, p->dw, p->groups, p->ci, p->co);
}

size_t tn_bytes_conv_f32(const void *parameters, const tn_kernels *k) {
    const tn_pack_conv *p = parameters;
    int64_t taps = winograd(p) ? 36 : p->kh * p->kw;
    return sizeof(tn_conv_packed) + (size_t)(p->groups * (p->ci / p->groups) * taps) *
                                        tn_f32_packed(&k->f32, p->co / p->groups, 0) * 4;
}

static void pack_winograd(const tn_pack_conv *p, const struct tn_k_f32 *k, float *out) {
    const float *w = (const float *)(intptr_t)p->address;
    for (int64_t col = 0; col < p->co; col += k->nr) {
        int width = tn_f32_width(k, p->co - col, 0);
        memset(out, 0, (size_t)(36 * p->ci * width) * 4);
        for (int64_t j = 0; j < width && col + j < p->co; j++) {
            for (int64_t c = 0; c < p->ci; c++) {
                float u[36];
                tn_winograd_weights(w + ((col + j) * p->ci + c) * 9, u);
                for (int64_t i = 0; i < 36; i++) out[(i * p->ci + c) * width + j] = u[i];
            }
        }
        out += 36 * p->ci * width;
    }
}

void tn_pack_conv_f32(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_conv *p = parameters;
    const float *w = (const float *)(intptr_t)p->address;
    int64_t ci = p->ci / p->groups, co = p->co / p->groups, taps = p->kh * p->kw;
    tn_conv_packed *header = target;
    *header = (tn_conv_packed){.winograd = winograd(p)};
    float *out = (float *)(header + 1);
    if (header->winograd) {
        pack_winograd(p, &k->f32, out);
        return;
    }
    for (int64_t group = 0; group < p->groups; group++) {
        for (int64_t col = 0; col < co; col += k->f32.nr) {
            int width = tn_f32_width(&k->f32, co - col, 0);
            for (int64_t tap = 0; tap < taps; tap++) {
                for (int64_t c = 0; c < ci; c++) {
                    for (int64_t j = 0; j < width; j++) {
                        int64_t n = group * co + col + j;
                        *out++ = col + j < co ? w[(n * ci + c) * taps + tap] : 0;
                    }
                }
            }
        }
    }
}

size_t tn_bytes_conv_bf16(const void *parameters, const tn_kernels *k) {
    const tn_pack_conv *p = parameters;
    int64_t ci = (p->ci / p->groups + 1) / 2 * 2;
    return sizeof(tn_conv_packed) + (size_t)(p->groups * ci * p->kh * p->kw) *
                                        tn_f32_packed(&k->f32, p->co / p->groups, 1) * 2;
}

void tn_pack_conv_bf16(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_conv *p = parameters;
    const float *w = (const float *)(intptr_t)p->address;
    int64_t ci = p->ci / p->groups, co = p->co / p->groups, taps = p->kh * p->kw;
    tn_conv_packed *header = target;
    *header = (tn_conv_packed){0};
    uint16_t *out = (uint16_t *)(header + 1);
    for (int64_t group = 0; group < p->groups; group++) {
        for (int64_t col = 0; col < co; col += k->f32.nr) {
            int width = tn_f32_width(&k->f32, co - col, 1);
            for (int64_t tap = 0; tap < taps; tap++) {
                for (int64_t c = 0; c < ci; c += 2) {
                    float pairs[2 * TN_TILE_COLS] = {0};
                    for (int64_t j = 0; j < width && col + j < co; j++) {
                        for (int64_t half = 0; half < 2 && c + half < ci; half++) {
                            int64_t n = group * co + col + j;
                            pairs[2 * j + half] = w[(n * ci + c + half) * taps + tap];
                        }
                    }
                    k->f32.to_bf16(pairs, out, 2 * width);
                    out += 2 * width;
                }
            }
        }
    }
}
