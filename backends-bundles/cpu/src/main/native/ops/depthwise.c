/*
 * Depthwise convolution: TN_DWCONV_F32 and TN_DWCONV_Q8. Each thread copies the input lines that it
 * needs into a ring, some channels at a time: padded, as floats less their zero point, and for
 * strides with every sw-th pixel beside each other. What remains is one kernel for all
 * kernel sizes, strides and dilations. Codes are exact in it: products of 8 bits, and their sums up
 * to 2^24, are floats.
 */
#include <math.h>
#include <string.h>

#include "f32.h"

/* Multiply-adds that a piece of work should have at least. */
#define PIECE (1 << 18)
/* Channels that are done together at most, and bytes of the ring for which there are fewer. */
#define MOST_CHANNELS 64
#define RING_BYTES (40 << 10)
/* Weights are packed [taps][channels], rounded up to this. */
#define UNIT 16

static int64_t round_up(int64_t n, int64_t unit) {
    return (n + unit - 1) / unit * unit;
}

/* --- packing: floats, exact for integers less their zero point ---------------------------------- */

static size_t bytes(const tn_pack_conv *p) {
    return (size_t)(p->kh * p->kw * round_up(p->co, UNIT)) * sizeof(float) + 4;
}

size_t tn_bytes_dwconv_f32(const void *parameters, const tn_kernels *k) {
    return bytes(parameters);
}

size_t tn_bytes_dwconv_q8(const void *parameters, const tn_kernels *k) {
    return bytes(parameters);
}

static float weight(const tn_pack_conv *p, int64_t channel, int64_t tap) {
    int64_t at = channel * p->kh * p->kw + tap;
    if (p->type == TN_F32) {
        return ((const float *)(intptr_t)p->address)[at];
    }
    int32_t zp = p->zp == 0 ? 0 : ((const int32_t *)(intptr_t)p->zp)[channel];
    int32_t q = p->type == TN_U8 ? ((const uint8_t *)(intptr_t)p->address)[at]
                                 : ((const int8_t *)(intptr_t)p->address)[at];
    return (float)(q - zp);
}

void tn_pack_dwconv_f32(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_conv *p = parameters;
    int64_t ld = round_up(p->co, UNIT);
    float *out = target;
    memset(out, 0, bytes(p));
    for (int64_t c = 0; c < p->co; c++) {
        for (int64_t t = 0; t < p->kh * p->kw; t++) out[t * ld + c] = weight(p, c, t);
    }
}

void tn_pack_dwconv_q8(const void *parameters, const tn_kernels *k, void *target) {
    tn_pack_dwconv_f32(parameters, k, target);
}

/* --- the form that the work takes; distances in floats ------------------------------------------ */

typedef struct shape {
    /** See tn_depthwise. */
    int64_t together, period;
    /** Channels that are done together, and how often. */
    int64_t channels, blocks;
    /** Distance of pixels; pixels and floats of a plane: of those that lie sw apart. */
    int64_t pixel, pixels, plane;
    /** Lines of the ring, and their length. */
    int64_t slots, line;
} shape;

static shape shape_of(const tn_conv *p, int64_t lanes) {
    shape s = {.slots = (p->kh - 1) * p->dh + 1, .pixels = p->ow + (p->kw - 1) * p->dw / p->sw};
    int dense = p->y_ld == p->ci && (p->e.residual == 0 || p->e.residual_ld == p->ci);
    s.together = dense && p->ci < MOST_CHANNELS && p->ci % lanes != 0;
    if (s.together) {
        s.channels = s.pixel = s.period = p->ci;
        while (s.period % lanes != 0) s.period += p->ci;
    } else {
        int64_t channel_bytes = s.slots * p->sw * s.pixels * (int64_t)sizeof(float);
        int64_t fit = RING_BYTES / (channel_bytes > 0 ? channel_bytes : 1) / UNIT * UNIT;
        s.channels = fit < UNIT ? UNIT : fit < MOST_CHANNELS ? fit : MOST_CHANNELS;
        if (s.channels > p->ci) s.channels = p->ci;
        s.pixel = s.period = round_up(s.channels, lanes);
    }
    s.blocks = s.channels > 0 ? (p->ci + s.channels - 1) / s.channels : 0;
    s.plane = round_up(s.pixels * s.pixel + lanes, UNIT);
    s.line = s.plane * p->sw;
    return s;
}

/* Scratch memory of a thread. */
typedef struct work {
    const float **taps;
    float *ring, *weights, *scale, *bias;
    /** What the ring holds: lines before `to` of a block of a picture. */
    int64_t picture, block, to;
} work;

static size_t divide(const tn_conv *p, const shape *s, char *local, work *w) {
    size_t taps = (size_t)round_up(p->kh * p->kw, 16) * sizeof(float *);
    size_t ring = (size_t)(s->slots * s->line) * sizeof(float);
    size_t period = (size_t)round_up(s->period, UNIT) * sizeof(float);
    size_t weights = s->together ? (size_t)(p->kh * p->kw) * period : 0;
    if (w != NULL) {
        *w = (work){.taps = (const float **)(void *)local, .picture = -1, .block = -1};
        w->ring = (float *)(void *)(local + taps);
        w->scale = (float *)(void *)(local + taps + ring);
        w->bias = (float *)(void *)(local + taps + ring + period);
        w->weights = (float *)(void *)(local + taps + ring + 2 * period);
    }
    return taps + ring + 2 * period + weights;
}

static size_t local_bytes(const tn_conv *p, const tn_kernels *k) {
    shape s = shape_of(p, k->window.lanes);
    return divide(p, &s, NULL, NULL);
}

size_t tn_local_dwconv_f32(const void *parameters, const tn_kernels *k, int threads) {
    return local_bytes(parameters, k);
}

size_t tn_local_dwconv_q8(const void *parameters, const tn_kernels *k, int threads) {
    return local_bytes(parameters, k);
}

/* --- lines -------------------------------------------------------------------------------------- */

typedef struct job {
    const tn_run *run;
    const tn_conv *p;
    shape s;
    const void *x;
    const float *w;
    int q8;
    /** What all lines have in common. */
    tn_depthwise d;
    const uint8_t *lut;
} job;

static int is_read(const tn_conv *p, int64_t plane) {
    for (int64_t kx = 0; kx < p->kw; kx++) {
        if (kx * p->dw % p->sw == plane) return 1;
    }
    return 0;
}

/* Copies the pixels of input line y; what is padding is 0 already. */
static void read_line(const job *j, const work *w, int64_t y, int64_t channels, float *to) {
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    const struct tn_k_window *k = &j->run->k->window;
    for (int64_t plane = 0; plane < p->sw; plane++) {
        /* pixel i of the plane is pixel i * sw + plane - pl of the picture */
        int64_t first = p->pl > plane ? (p->pl - plane + p->sw - 1) / p->sw : 0;
        int64_t last = (p->wd + p->pl - plane + p->sw - 1) / p->sw;
        int64_t count = (last < s->pixels ? last : s->pixels) - first;
        if (count <= 0 || !is_read(p, plane)) continue;
        int64_t x = first * p->sw + plane - p->pl;
        int64_t from = ((w->picture * p->h + y) * p->wd + x) * p->x_ld + w->block * s->channels;
        float *out = to + plane * s->plane + first * s->pixel;
        int64_t ld = p->sw * p->x_ld, each = channels;
        if (ld == channels && s->pixel == channels) {
            each *= count;
            count = 1;
        }
        if (j->q8) {
            k->spread_u8((const uint8_t *)j->x + from, ld, count, each, (int32_t)p->x_zp, out, s->pixel);
        } else {
            k->spread_f32((const float *)j->x + from, ld, count, each, out, s->pixel);
        }
    }
}

/* Begins with a block of channels of a picture. */
static void begin_block(const job *j, work *w, tn_depthwise *d, int64_t picture, int64_t block) {
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    int64_t col = block * s->channels;
    int64_t left = p->ci - col;
    w->to = 0;
    w->picture = picture;
    d->channels = left < s->channels ? left : s->channels;
    d->col = col;
    if (block == w->block) return;
    w->block = block;
    memset(w->ring, 0, (size_t)(s->slots * s->line) * sizeof(float));
    for (int64_t i = 0; i < s->period; i++) {
        int64_t c = i % s->pixel;
        int there = c < d->channels;
        w->scale[i] = !there ? 0 : d->e.scale == NULL ? 1 : d->e.scale[col + c];
        w->bias[i] = !there || d->e.bias == NULL ? 0 : d->e.bias[col + c];
    }
    d->w = j->w + col;
    d->w_ld = round_up(p->ci, UNIT);
    if (s->together) {
        for (int64_t t = 0; t < p->kh * p->kw; t++) {
            for (int64_t i = 0; i < s->period; i++) {
                w->weights[t * s->period + i] = j->w[t * d->w_ld + i % s->pixel];
            }
        }
        d->w = w->weights;
        d->w_ld = s->period;
    }
}

/* Points to what output line oy reads; rows of the kernel outside the picture are left out. */
static void find_taps(const job *j, work *w, tn_depthwise *d, int64_t oy) {
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    int64_t first = -1;
    d->taps = 0;
    for (int64_t ky = 0; ky < p->kh; ky++) {
        int64_t y = oy * p->sh - p->pt + ky * p->dh;
        if (y < 0 || y >= p->h) continue;
        if (first < 0) first = ky;
        float *line = w->ring + y % s->slots * s->line;
        for (int64_t kx = 0; kx < p->kw; kx++) {
            int64_t at = kx * p->dw;
            w->taps[d->taps++] = line + at % p->sw * s->plane + at / p->sw * s->pixel;
        }
    }
    d->w += (first < 0 ? 0 : first) * p->kw * d->w_ld;
}

static void look_up(const job *j, const tn_depthwise *d) {
    uint8_t *y = (uint8_t *)d->y + d->row * d->y_ld + d->col;
    int64_t rows = d->together ? 1 : j->p->ow;
    int64_t cols = d->together ? d->n : d->channels;
    for (; rows > 0; rows--, y += d->y_ld) j->run->k->math.lut(y, y, cols, j->lut);
}

static void lines(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    work w;
    divide(p, s, tn_local(j->run, thread), &w);
    tn_depthwise block = j->d;
    block.x = w.taps;
    block.scale = w.scale;
    block.bias = w.bias;
    for (int64_t i = begin; i < end; i++) {
        int64_t oy = i % p->oh;
        if (i == begin || oy == 0) {
            begin_block(j, &w, &block, i / p->oh / s->blocks, i / p->oh % s->blocks);
        }
        int64_t y = oy * p->sh - p->pt;
        int64_t below = y + s->slots < p->h ? y + s->slots : p->h;
        if (w.to < y) w.to = y;
        for (; w.to < below; w.to++) {
            read_line(j, &w, w.to, block.channels, w.ring + w.to % s->slots * s->line);
        }
        tn_depthwise d = block;
        d.row = (w.picture * p->oh + oy) * p->ow;
        find_taps(j, &w, &d, oy);
        j->run->k->window.depthwise(&d);
        if (j->lut != NULL) look_up(j, &d);
    }
}

/* Epilogues that only clamp have instances of their own. */
static void find_range(tn_depthwise *d) {
    const tn_epi *e = &d->e;
    d->low = e->fn == TN_RELU ? 0 : e->fn == TN_CLIP ? e->a : -INFINITY;
    d->high = e->fn == TN_CLIP ? e->b : INFINITY;
    d->clamps = e->residual == NULL && e->post_mul == 1 && e->post_add == 0 &&
                (e->fn == TN_ID ||
                 (e->out_type == TN_F32 && (e->fn == TN_RELU || e->fn == TN_CLIP)));
}

static void run_lines(tn_run *run, const tn_conv *p, int q8) {
    job j = {.run = run,
             .p = p,
             .s = shape_of(p, run->k->window.lanes),
             .x = tn_at(run, p->x),
             .w = tn_at(run, p->w),
             .q8 = q8,
             .d = {.y = tn_at(run, p->y), .y_ld = p->y_ld, .e = tn_resolve(run, &p->e)}};
    const shape *s = &j.s;
    if (!q8) j.d.e.scale = NULL;
    j.lut = j.d.e.out_type == TN_U8 ? j.d.e.lut : NULL;
    j.d.e.lut = NULL;
    j.d.period = s->period;
    j.d.together = s->together;
    j.d.n = p->ow * s->pixel;
    find_range(&j.d);
    int64_t items = p->n * s->blocks * p->oh;
    tn_parallel(run, items, tn_grain(run, items, p->ow * s->channels * p->kh * p->kw, PIECE), lines, &j);
}

void tn_run_dwconv_f32(tn_run *run, const void *parameters) {
    run_lines(run, parameters, 0);
}

void tn_run_dwconv_q8(tn_run *run, const void *parameters) {
    run_lines(run, parameters, 1);
}
