/* Packs 8-bit weights; unsigned ones become signed by taking 128 from them and their zero points. */
#include <string.h>

#include "q8.h"

/* Where weights come from: element (k, n) of a group at base + k * k_stride + n * n_stride, or, of a
 * convolution, channel c under tap t at base + (n * ci + c) * taps + t. */
typedef struct source {
    const uint8_t *base;
    int64_t k_stride, n_stride, tap_stride;
    int flip;
} source;

static int8_t weight(const source *s, int64_t tap, int64_t k, int64_t n) {
    uint8_t raw = s->base[tap * s->tap_stride + k * s->k_stride + n * s->n_stride];
    return (int8_t)(raw ^ (s->flip ? 0x80 : 0));
}

static size_t bytes(const struct tn_k_q8 *k, int64_t groups, int64_t n, tn_q8_form f) {
    int64_t padded = tn_q8_columns_padded(k, n);
    return sizeof(tn_q8_packed) + (size_t)(groups * padded) * 8 +
           (size_t)(groups * padded * f.segments * ((f.length + 3) / 4 * 4));
}

/* One group's columns; sums and zps are that group's. */
static int8_t *pack_group(const struct tn_k_q8 *k, const source *s, int64_t n, tn_q8_form f, int64_t ci,
                          int32_t *sums, int8_t *out) {
    int64_t padded = tn_q8_columns_padded(k, n);
    memset(sums, 0, (size_t)padded * 4);
    tn_q8_tiling t = tn_q8_tile(k, n);
    for (int64_t col = 0; col < n; col += t.width) {
        int width = tn_q8_units(k, &t, n - col) * k->unit;
        for (int64_t segment = 0; segment < f.segments; segment++) {
            for (int64_t i = 0; i < f.length; i += 4) {
                for (int64_t j = 0; j < width; j++) {
                    for (int64_t l = i; l < i + 4; l++) {
                        int64_t at = segment * f.length + l;
                        int there = col + j < n && l < f.length;
                        int8_t w = there ? weight(s, at / ci, at % ci, col + j) : 0;
                        *out++ = w;
                        sums[col + j] += w;
                    }
                }
            }
        }
    }
    return out;
}

static void zero_points(tn_q8_packed *header, const int32_t *zps, int flip, int64_t groups,
                        int64_t n, int64_t padded) {
    int32_t *out = (int32_t *)tn_q8_sums(header) + groups * padded;
    memset(out, 0, (size_t)(groups * padded) * 4);
    for (int64_t i = 0; i < groups * n; i++) {
        int32_t zp = (zps == NULL ? 0 : zps[i]) - (flip ? 128 : 0);
        out[i / n * padded + i % n] = zp;
        header->has_zps |= zp != 0;
    }
}

size_t tn_bytes_gemm_q8(const void *parameters, const tn_kernels *k) {
    const tn_pack_gemm *p = parameters;
    return bytes(&k->q8, 1, p->n, (tn_q8_form){1, p->k});
}

void tn_pack_gemm_q8(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_gemm *p = parameters;
    tn_q8_packed *header = target;
    memset(header, 0, sizeof *header);
    int64_t padded = tn_q8_columns_padded(&k->q8, p->n);
    int flip = p->type == TN_U8;
    zero_points(header, (const int32_t *)(intptr_t)p->zp, flip, 1, p->n, padded);
    source s = {(const uint8_t *)(intptr_t)p->address, p->k_stride, p->n_stride, 0, flip};
    pack_group(&k->q8, &s, p->n, (tn_q8_form){1, p->k}, p->k, (int32_t *)tn_q8_sums(target),
               (int8_t *)tn_q8_panels(target, padded));
}

size_t tn_bytes_conv_q8(const void *parameters, const tn_kernels *k) {
    const tn_pack_conv *p = parameters;
    return bytes(&k->q8, p->groups, p->co / p->groups, tn_q8_form_of(p->ci / p->groups, p->kh, p->kw));
}

void tn_pack_conv_q8(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_conv *p = parameters;
    tn_q8_packed *header = target;
    memset(header, 0, sizeof *header);
    int64_t ci = p->ci / p->groups, co = p->co / p->groups, taps = p->kh * p->kw;
    int64_t padded = tn_q8_columns_padded(&k->q8, co);
    int flip = p->type == TN_U8;
    zero_points(header, (const int32_t *)(intptr_t)p->zp, flip, p->groups, co, padded);
    int8_t *out = (int8_t *)tn_q8_panels(target, p->groups * padded);
    for (int64_t group = 0; group < p->groups; group++) {
        source s = {(const uint8_t *)(intptr_t)p->address + group * co * ci * taps, taps, ci * taps, 1,
                    flip};
        int32_t *sums = (int32_t *)tn_q8_sums(target) + group * padded;
        out = pack_group(&k->q8, &s, co, tn_q8_form_of(ci, p->kh, p->kw), ci, sums, out);
    }
}
