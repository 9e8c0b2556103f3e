/* Transposed convolution: the packings of its weights; see convt.h. */
#include "convt.h"

#include <string.h>

#include "q8.h"

/* Where weights come from: those of a group of a phase. */
typedef struct source {
    const tn_pack_conv *p;
    tn_convt_form form;
    tn_phase phase;
    int64_t group;
} source;

static source source_of(const tn_pack_conv *p, const tn_convt_form *form, int64_t group, int64_t phase) {
    source s = {.p = p, .form = *form, .group = group};
    if (form->product) {
        s.phase.count = 1;
    } else {
        s.phase = tn_phase_of(p->kh, p->kw, p->sh, p->sw, p->dh, p->dw, phase / p->sw, phase % p->sw);
    }
    return s;
}

/* Index of the weight of input channel c for column n, under tap number t of the phase. */
static int64_t find(const source *s, int64_t c, int64_t n, int t) {
    const tn_pack_conv *p = s->p;
    int64_t ci = p->ci / p->groups, co = p->co / p->groups, taps = p->kh * p->kw;
    int64_t tap = s->form.product ? n / co : s->phase.tap[t];
    return ((s->group * ci + c) * co + n % co) * taps + tap;
}

size_t tn_bytes_convt_f32(const void *parameters, const tn_kernels *k) {
    const tn_pack_conv *p = parameters;
    tn_convt_form form = tn_convt_form_of(p);
    int64_t taps = form.product ? 1 : p->kh * p->kw;
    return (size_t)(taps * p->ci) * tn_f32_packed(&k->f32, form.columns, 0) * 4 + 4;
}

void tn_pack_convt_f32(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_conv *p = parameters;
    const float *w = (const float *)(intptr_t)p->address;
    tn_convt_form form = tn_convt_form_of(p);
    float *out = target;
    for (int64_t i = 0; i < p->groups * form.phases; i++) {
        source s = source_of(p, &form, i / form.phases, i % form.phases);
        for (int64_t col = 0; col < form.columns; col += k->f32.nr) {
            int64_t cols = form.columns - col < k->f32.nr ? form.columns - col : k->f32.nr;
            int width = tn_f32_width(&k->f32, cols, 0);
            for (int t = 0; t < s.phase.count; t++) {
                for (int64_t c = 0; c < p->ci / p->groups; c++) {
                    for (int64_t n = 0; n < width; n++) {
                        *out++ = n < cols ? w[find(&s, c, col + n, t)] : 0;
                    }
                }
            }
        }
    }
}

/*
 * 8 bits: sums differ from phase to phase, so that each has its own, and all have zero points.
 * Layout: header; sums [group][phase][columns]; zero points [group][columns]; panels.
 */
size_t tn_bytes_convt_q8(const void *parameters, const tn_kernels *k) {
    const tn_pack_conv *p = parameters;
    tn_convt_form form = tn_convt_form_of(p);
    int64_t padded = tn_q8_columns_padded(&k->q8, form.columns);
    int64_t depth = (p->ci / p->groups + 3) / 4 * 4;
    int64_t taps = form.product ? 1 : p->kh * p->kw;
    return sizeof(tn_q8_packed) + (size_t)(p->groups * (form.phases + 1) * padded) * 4 +
           (size_t)(p->groups * taps * depth * padded);
}

/* Weights of TN_U8 become signed, and their zero points with them, by taking 128 from both. */
static int8_t weight_q8(const source *s, int64_t c, int64_t n, int t) {
    uint8_t raw = ((const uint8_t *)(intptr_t)s->p->address)[find(s, c, n, t)];
    return (int8_t)(raw ^ (s->p->type == TN_U8 ? 0x80 : 0));
}

void tn_pack_convt_q8(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_conv *p = parameters;
    const struct tn_k_q8 *q = &k->q8;
    tn_convt_form form = tn_convt_form_of(p);
    int64_t ci = p->ci / p->groups, co = p->co / p->groups;
    int64_t padded = tn_q8_columns_padded(q, form.columns);
    tn_q8_tiling tiling = tn_q8_tile(q, form.columns);
    tn_q8_packed *header = target;
    memset(target, 0, tn_bytes_convt_q8(parameters, k));
    int32_t *sums = (int32_t *)(header + 1);
    int32_t *zps = sums + p->groups * form.phases * padded;
    const int32_t *given = (const int32_t *)(intptr_t)p->zp;
    for (int64_t i = 0; i < p->groups * form.columns; i++) {
        int64_t group = i / form.columns, n = i % form.columns;
        int32_t zp = given == NULL ? 0 : given[group * co + n % co];
        zps[group * padded + n] = zp - (p->type == TN_U8 ? 128 : 0);
        header->has_zps |= zps[group * padded + n] != 0;
    }
    int8_t *out = (int8_t *)(zps + p->groups * padded);
    for (int64_t i = 0; i < p->groups * form.phases; i++) {
        source s = source_of(p, &form, i / form.phases, i % form.phases);
        for (int64_t col = 0; col < form.columns; col += tiling.width) {
            int width = tn_q8_units(q, &tiling, form.columns - col) * q->unit;
            for (int t = 0; t < s.phase.count; t++) {
                for (int64_t c = 0; c < ci; c += 4) {
                    for (int64_t at = 0; at < width * 4; at++, out++) {
                        int64_t n = col + at / 4, l = c + at % 4;
                        *out = n < form.columns && l < ci ? weight_q8(&s, l, n, t) : 0;
                        sums[i * padded + n] += *out;
                    }
                }
            }
        }
    }
}
