/*
 * Depthwise convolution: TN_DWCONV_F32 and TN_DWCONV_Q8. Each thread copies the input lines that it
 * needs into a ring, some channels at a time: padded, as floats less their zero point, and for
 * strides with every sw-th pixel beside each other. What remains is one kernel for all sizes,
 * strides and dilations. Codes are exact in it: products of 8 bits, and their sums up to 2^24, are
 * floats.
 */
#include "depthwise.h"

#include <string.h>

#include "f32.h"

/* Multiply-adds that a piece of work should have at least. */
#define PIECE (1 << 20)
/* Channels that are done together at most, and bytes of the ring for which there are fewer. */
#define MOST_CHANNELS 64
#define RING_BYTES (48 << 10)
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
    /** 1: pixels lie without gaps, and vectors cross from one to the next; there is one block. */
    int together;
    /** Elements after which weights repeat, whole vectors. */
    int64_t period;
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

/* The pixels of an input line that make a plane: x, x + sw, ...; elements into the ring's line. */
typedef struct plane {
    int64_t x, count, to;
} plane;

/* Scratch memory of a thread. */
typedef struct work {
    const float **taps;
    /** Where a tap begins to read in a line, for every column of the kernel. */
    int64_t *columns;
    plane *planes;
    float *ring, *weights, *scale, *bias;
    int64_t picture, block;
    /** Input lines before this one are in the ring. */
    int64_t to;
} work;

static char *take(char *base, int64_t *used, int64_t bytes) {
    char *start = base == NULL ? NULL : base + *used;
    *used += round_up(bytes, 64);
    return start;
}

/* Divides scratch memory (NULL: only says how much that is, in bytes). */
static int64_t divide(const tn_conv *p, const shape *s, char *local, work *w) {
    int64_t period = s->period * (int64_t)sizeof(float), used = 0;
    w->taps = (const float **)(void *)take(local, &used, p->kh * p->kw * (int64_t)sizeof(float *));
    w->columns = (int64_t *)(void *)take(local, &used, p->kw * (int64_t)sizeof(int64_t));
    w->planes = (plane *)(void *)take(local, &used, p->sw * (int64_t)sizeof(plane));
    w->ring = (float *)(void *)take(local, &used, s->slots * s->line * (int64_t)sizeof(float));
    w->scale = (float *)(void *)take(local, &used, period);
    w->bias = (float *)(void *)take(local, &used, period);
    w->weights = (float *)(void *)take(local, &used, s->together ? p->kh * p->kw * period : 0);
    return used;
}

static size_t local_bytes(const tn_conv *p, const tn_kernels *k) {
    shape s = shape_of(p, k->window.lanes);
    work w;
    return (size_t)divide(p, &s, NULL, &w);
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
    char *y;
    int q8;
    tn_epi e;
    const uint8_t *lut;
    tn_depthwise_line line;
    /** What sums are multiplied with, and what is added, for the kernel of lines. */
    float factor, add;
} job;

static void find_planes(const tn_conv *p, const shape *s, work *w) {
    for (int64_t i = 0; i < p->sw; i++) w->planes[i].count = 0;
    for (int64_t kx = 0; kx < p->kw; kx++) {
        int64_t at = kx * p->dw % p->sw;
        w->columns[kx] = at * s->plane + kx * p->dw / p->sw * s->pixel;
        /* pixel i of the plane is pixel i * sw + at - pl of the picture */
        int64_t first = p->pl > at ? (p->pl - at + p->sw - 1) / p->sw : 0;
        int64_t last = (p->wd + p->pl - at + p->sw - 1) / p->sw;
        if (last > s->pixels) last = s->pixels;
        w->planes[at] = (plane){first * p->sw + at - p->pl, last > first ? last - first : 0,
                                at * s->plane + first * s->pixel};
    }
}

/* Copies the pixels of input line y; what is padding is 0 already. */
static void read_line(const job *j, const work *w, int64_t y, int64_t channels, float *to) {
    const tn_conv *p = j->p;
    const struct tn_k_window *k = &j->run->k->window;
    int64_t line = (w->picture * p->h + y) * p->wd * p->x_ld + w->block * j->s.channels;
    int64_t ld = p->sw * p->x_ld, pixel = j->s.pixel;
    for (int64_t i = 0; i < p->sw; i++) {
        plane s = w->planes[i];
        int64_t from = line + s.x * p->x_ld, each = channels;
        if (s.count == 0) continue;
        if (ld == channels && pixel == channels) {
            each *= s.count;
            s.count = 1;
        }
        float *out = to + s.to;
        if (j->q8) {
            k->spread_u8((const uint8_t *)j->x + from, ld, s.count, each, (int32_t)p->x_zp, out, pixel);
        } else {
            k->spread_f32((const float *)j->x + from, ld, s.count, each, out, pixel);
        }
    }
}

/* Begins with a block of channels of a picture. */
static void begin_block(const job *j, work *w, tn_depthwise *d, int64_t picture, int64_t block) {
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    int64_t col = block * s->channels;
    int64_t channels = p->ci - col < s->channels ? p->ci - col : s->channels;
    w->to = 0;
    w->picture = picture;
    if (block == w->block) return;
    w->block = block;
    memset(w->ring, 0, (size_t)(s->slots * s->line) * sizeof(float));
    for (int64_t i = 0; i < s->period; i++) {
        int64_t c = i % s->pixel;
        int there = c < channels;
        float scale = !there ? 0 : j->e.scale == NULL ? 1 : j->e.scale[col + c];
        float bias = !there || j->e.bias == NULL ? 0 : j->e.bias[col + c];
        w->scale[i] = scale * j->factor;
        w->bias[i] = bias * j->factor + j->add;
    }
    d->w_ld = round_up(p->ci, UNIT);
    d->n = (p->ow - 1) * s->pixel + channels;
    d->width = s->together ? s->period : channels;
    for (int64_t t = 0; s->together && t < p->kh * p->kw; t++) {
        for (int64_t i = 0; i < s->period; i++) {
            w->weights[t * s->period + i] = j->w[t * d->w_ld + i % s->pixel];
        }
    }
    if (s->together) d->w_ld = s->period;
}

/* Points to what output line oy reads and writes; rows outside the picture are left out. */
static void find_line(const job *j, work *w, tn_depthwise *d, int64_t oy) {
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    int64_t y = oy * p->sh - p->pt, ky = 0;
    int64_t col = w->block * s->channels, row = (w->picture * p->oh + oy) * p->ow;
    for (; y < 0 && ky < p->kh; ky++) y += p->dh;
    d->w = s->together ? w->weights : j->w + col;
    d->w += ky * p->kw * d->w_ld;
    d->taps = 0;
    for (; ky < p->kh && y < p->h; ky++, y += p->dh) {
        const float *line = w->ring + y % s->slots * s->line;
        for (int64_t kx = 0; kx < p->kw; kx++) w->taps[d->taps++] = line + w->columns[kx];
    }
    d->y = j->y + (size_t)(row * p->y_ld + col) * tn_size(j->e.out_type);
    if (j->e.residual != NULL) {
        size_t at = (size_t)(row * j->e.residual_ld + col) * tn_size(j->e.residual_type);
        d->e.residual = (const char *)j->e.residual + at;
    }
}

static void look_up(const job *j, const tn_depthwise *d) {
    uint8_t *y = d->y;
    if (j->s.together || d->y_ld == d->width) {
        j->run->k->math.lut(y, 0, y, 0, 1, d->n, j->lut);
    } else {
        j->run->k->math.lut(y, d->y_ld, y, d->y_ld, j->p->ow, d->width, j->lut);
    }
}

static void lines(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    work w = {.block = -1};
    divide(p, s, tn_local(j->run, thread), &w);
    find_planes(p, s, &w);
    tn_depthwise d = {.x = w.taps, .scale = w.scale, .bias = w.bias, .period = s->period, .e = j->e};
    d.y_ld = s->together ? s->period : p->y_ld;
    tn_clamp_range(&d);
    if (s->together) d.e.residual_ld = s->period;
    for (int64_t i = begin; i < end; i++) {
        int64_t oy = i % p->oh;
        if (i == begin || oy == 0) {
            begin_block(j, &w, &d, i / p->oh / s->blocks, i / p->oh % s->blocks);
        }
        int64_t y = oy * p->sh - p->pt;
        int64_t below = y + s->slots < p->h ? y + s->slots : p->h;
        if (w.to < y) w.to = y;
        for (; w.to < below; w.to++) {
            int64_t channels = s->together ? p->ci : d.width;
            read_line(j, &w, w.to, channels, w.ring + w.to % s->slots * s->line);
        }
        find_line(j, &w, &d, oy);
        j->line(&d);
        if (j->lut != NULL) look_up(j, &d);
    }
}

static void run_lines(tn_run *run, const tn_conv *p, int q8) {
    const struct tn_k_window *k = &run->k->window;
    job j = {.run = run,
             .p = p,
             .s = shape_of(p, k->lanes),
             .x = tn_at(run, p->x),
             .w = tn_at(run, p->w),
             .y = tn_at(run, p->y),
             .q8 = q8,
             .e = tn_resolve(run, &p->e)};
    if (!q8) j.e.scale = NULL;
    if (j.e.out_type == TN_U8) j.lut = j.e.lut;
    j.e.lut = NULL;
    j.line = tn_depthwise_of(k, &j.e);
    j.factor = tn_depthwise_factor(k, j.line, &j.e);
    j.add = tn_depthwise_add(k, j.line, &j.e);
    int64_t items = p->ow > 0 ? p->n * j.s.blocks * p->oh : 0;
    int64_t each = p->ow * j.s.channels * (p->kh * p->kw + 4);
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), lines, &j);
}

void tn_run_dwconv_f32(tn_run *run, const void *parameters) {
    run_lines(run, parameters, 0);
}

void tn_run_dwconv_q8(tn_run *run, const void *parameters) {
    run_lines(run, parameters, 1);
}
