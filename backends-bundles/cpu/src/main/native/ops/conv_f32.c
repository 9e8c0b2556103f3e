/*
 * TN_CONV_F32 and TN_CONV_BF16 as products: rows are output pixels, found through pointers into
 * lines of the input. Lines are read where they are if there is no padding beside them; else each
 * thread copies those that it needs into a ring, padded, channels last, as the type of the products.
 * Where the pixels under a row of the kernel lie together they are one long tap.
 */
#include "conv_f32.h"

#include <string.h>

/* Operations that a piece of work should have at least. */
#define PIECE (2 << 20)

/* How a convolution is done; all distances in elements. */
typedef struct shape {
    int bf16;
    size_t size;
    /** Channels of a group: of the input, as the products see them, of the output. */
    int64_t ci, depth, co;
    /** Pixels that an output line reads, from the first (padding included) to the last. */
    int64_t reach;
    int copies;
    /** Distance of pixels in a line, and of lines in the ring. */
    int64_t pixel, line;
    /** Taps and how long they are. */
    int64_t taps, kc;
    /** Output lines that are done together, so that tiles are full, and input lines that they see. */
    int64_t together, span;
} shape;

static int64_t lines_together(const tn_conv *p, int64_t mr) {
    int64_t best = 1;
    double best_full = 0;
    for (int64_t lines = 1; lines <= 4 && lines <= p->oh; lines++) {
        int64_t pixels = lines * p->ow;
        double full = (double)pixels / (double)((pixels + mr - 1) / mr * mr);
        if (full > best_full + 0.05) {
            best = lines;
            best_full = full;
        }
    }
    return best;
}

static shape shape_of(const tn_conv *p, const struct tn_k_f32 *k, int bf16) {
    shape s = {.bf16 = bf16, .size = bf16 ? 2 : 4, .ci = p->ci / p->groups, .co = p->co / p->groups};
    s.depth = bf16 ? (s.ci + 1) / 2 * 2 : s.ci;
    s.reach = (p->ow - 1) * p->sw + (p->kw - 1) * p->dw + 1;
    s.copies = bf16 || p->x_nchw || p->pl > 0 || s.reach > p->wd;
    s.pixel = s.copies ? p->groups * s.depth : p->x_ld;
    s.line = s.reach * s.pixel;
    int joined = p->groups == 1 && (p->kw == 1 || (p->dw == 1 && s.pixel == s.depth));
    s.taps = joined ? p->kh : p->kh * p->kw;
    s.kc = joined ? p->kw * s.depth : s.depth;
    s.together = lines_together(p, k->mr);
    s.span = (s.together - 1) * p->sh + (p->kh - 1) * p->dh + 1;
    return s;
}

/* True for 1x1: all pixels are rows of one product. */
static int is_product(const tn_conv *p) {
    return p->kh == 1 && p->kw == 1 && p->sh == 1 && p->sw == 1 && p->pt == 0 && p->pl == 0 &&
           p->groups == 1 && !p->x_nchw && p->oh == p->h && p->ow == p->wd;
}

/* --- scratch memory ----------------------------------------------------------------------------- */

static size_t ring_bytes(const shape *s) {
    return s->copies ? ((size_t)(s->span * s->line) * s->size + 63) / 64 * 64 : 0;
}

/* Where a channels-first line becomes channels-last before it becomes TN_BF16. */
static size_t middle_bytes(const tn_conv *p, const shape *s) {
    return s->bf16 && p->x_nchw ? ((size_t)(p->wd * p->ci) * 4 + 63) / 64 * 64 : 0;
}

static size_t local_bytes(const void *parameters, const tn_kernels *k, int bf16) {
    const tn_conv *p = parameters;
    shape s = shape_of(p, &k->f32, bf16);
    size_t pointers = (size_t)(s.taps * k->f32.mr + s.span) * sizeof(void *);
    size_t direct = ring_bytes(&s) + middle_bytes(p, &s) + pointers;
    size_t winograd = !bf16 && tn_conv_may_winograd(p) ? tn_local_winograd(p, k) : 0;
    return is_product(p) ? 0 : direct > winograd ? direct : winograd;
}

/* Zeros: a line of padding, or for Winograd a pixel of it. */
static size_t shared_bytes(const void *parameters, const tn_kernels *k, int bf16) {
    const tn_conv *p = parameters;
    if (is_product(p)) {
        return tn_multiply_scratch(p->n * p->h * p->wd, p->ci, bf16);
    }
    shape s = shape_of(p, &k->f32, bf16);
    int64_t zeros = s.line > p->ci + k->f32.nr ? s.line : p->ci + k->f32.nr;
    return (size_t)zeros * 4;
}

size_t tn_local_conv_f32(const void *parameters, const tn_kernels *k, int threads) {
    return local_bytes(parameters, k, 0);
}

size_t tn_shared_conv_f32(const void *parameters, const tn_kernels *k, int threads) {
    return shared_bytes(parameters, k, 0);
}

size_t tn_local_conv_bf16(const void *parameters, const tn_kernels *k, int threads) {
    return local_bytes(parameters, k, 1);
}

size_t tn_shared_conv_bf16(const void *parameters, const tn_kernels *k, int threads) {
    return shared_bytes(parameters, k, 1);
}

/* --- lines -------------------------------------------------------------------------------------- */

typedef struct job {
    tn_f32_result result;
    const tn_run *run;
    const tn_conv *p;
    shape s;
    const float *x;
    const char *w, *zeros;
} job;

/* What a thread works with. */
typedef struct work {
    char *ring;
    float *middle;
    /** Input line number (first + i) of the picture. */
    const char **lines;
    const void **pointers;
    int64_t picture;
    /** Input lines before `to` have been copied into the ring. */
    int64_t to;
} work;

static const float *input_line(const job *j, int64_t picture, int64_t y) {
    const tn_conv *p = j->p;
    return p->x_nchw ? j->x + (picture * p->ci * p->h + y) * p->wd
                     : j->x + (picture * p->h + y) * p->wd * p->x_ld;
}

/* `count` pixels, channels last, x_ld apart, become pixels of the ring. */
static void copy_pixels(const job *j, const float *x, int64_t x_ld, int64_t count, char *to) {
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    if (x_ld == s->pixel) {
        if (s->bf16) {
            j->result.k->to_bf16(x, (uint16_t *)to, count * x_ld);
        } else {
            memcpy(to, x, (size_t)(count * x_ld) * 4);
        }
        return;
    }
    for (int64_t i = 0; i < count * p->groups; i++) {
        const float *from = x + i / p->groups * x_ld + i % p->groups * s->ci;
        if (!s->bf16) {
            memcpy(to, from, (size_t)s->ci * 4);
        } else {
            j->result.k->to_bf16(from, (uint16_t *)to, s->ci);
            if (s->depth > s->ci) ((uint16_t *)to)[s->ci] = 0;
        }
        to += (size_t)s->depth * s->size;
    }
}

static void copy_line(const job *j, work *w, int64_t y, char *to) {
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    int64_t count = p->wd < s->reach - p->pl ? p->wd : s->reach - p->pl;
    count = count > 0 ? count : 0;
    size_t pixel_bytes = (size_t)s->pixel * s->size;
    size_t before = (size_t)(p->pl < s->reach ? p->pl : s->reach) * pixel_bytes;
    size_t inside = (size_t)count * pixel_bytes;
    memset(to, 0, before);
    memset(to + before + inside, 0, (size_t)s->line * s->size - before - inside);
    const float *x = input_line(j, w->picture, y);
    if (!p->x_nchw) {
        copy_pixels(j, x, p->x_ld, count, to + before);
        return;
    }
    float *whole = s->bf16 ? w->middle : (float *)(void *)(to + before);
    j->result.k->interleave(x, p->h * p->wd, p->ci, count, whole);
    if (s->bf16) {
        copy_pixels(j, whole, p->ci, count, to + before);
    }
}

/* Points w->lines to the input lines that output lines from oy on see. */
static void find_lines(const job *j, work *w, int64_t picture, int64_t oy) {
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    int64_t first = oy * p->sh - p->pt;
    if (w->picture != picture) {
        w->picture = picture;
        w->to = 0;
    }
    for (int64_t i = 0; i < s->span; i++) {
        int64_t y = first + i;
        if (y < 0 || y >= p->h) {
            w->lines[i] = j->zeros;
        } else if (!s->copies) {
            w->lines[i] = (const char *)input_line(j, picture, y);
        } else {
            char *slot = w->ring + (size_t)(y % s->span * s->line) * s->size;
            if (y >= w->to) {
                copy_line(j, w, y, slot);
                w->to = y + 1;
            }
            w->lines[i] = slot;
        }
    }
}

/* --- products ----------------------------------------------------------------------------------- */

/* Pointers for `rows` pixels from number `pixel` of the output lines that are done together. */
static void point(const job *j, const work *w, int64_t pixel, int rows, int64_t group) {
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    int64_t step = p->sw * s->pixel * (int64_t)s->size;
    int64_t tap_step = p->dw * s->pixel * (int64_t)s->size;
    int64_t beside = s->taps / p->kh;
    int64_t oy = pixel / p->ow, ox = pixel % p->ow;
    for (int done = 0; done < rows; oy++, ox = 0) {
        /* all in the same output line */
        int count = (int)(p->ow - ox < rows - done ? p->ow - ox : rows - done);
        int64_t at = ox * step + group * s->depth * (int64_t)s->size;
        const void **to = w->pointers + done;
        for (int64_t ky = 0; ky < p->kh; ky++) {
            const char *tap = w->lines[oy * p->sh + ky * p->dh] + at;
            for (int64_t kx = 0; kx < beside; kx++, tap += tap_step, to += rows) {
                for (int r = 0; r < count; r++) to[r] = tap + r * step;
            }
        }
        done += count;
    }
}

static void lines(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_conv *p = j->p;
    const shape *s = &j->s;
    const struct tn_k_f32 *k = j->result.k;
    char *local = tn_local(j->run, thread);
    size_t middle = middle_bytes(p, s);
    work w = {.ring = local, .middle = (float *)(void *)(local + ring_bytes(s)), .picture = -1};
    w.lines = (const char **)(void *)(local + ring_bytes(s) + middle);
    w.pointers = (const void **)(w.lines + s->span);
    int64_t parts = (p->oh + s->together - 1) / s->together;
    for (int64_t i = begin; i < end; i++) {
        int64_t oy = i % parts * s->together;
        int64_t here = p->oh - oy < s->together ? p->oh - oy : s->together;
        int64_t pixels = here * p->ow;
        int64_t first = (i / parts * p->oh + oy) * p->ow;
        int64_t tiles = (pixels + k->mr - 1) / k->mr;
        int64_t height = (pixels + tiles - 1) / tiles;
        find_lines(j, &w, i / parts, oy);
        for (int64_t at = 0; at < pixels; at += height) {
            int rows = (int)(pixels - at < height ? pixels - at : height);
            const char *panel = j->w;
            for (int64_t group = 0; group < p->groups; group++) {
                point(j, &w, at, rows, group);
                for (int64_t col = 0; col < s->co; col += k->nr) {
                    int cols = (int)(s->co - col < k->nr ? s->co - col : k->nr);
                    tn_f32_tile(&j->result, rows, s->taps, s->kc, w.pointers, panel, first + at,
                                group * s->co + col, cols);
                    panel += (size_t)(s->taps * s->kc * tn_f32_width(k, cols, s->bf16)) * s->size;
                }
            }
        }
    }
}

static void run_conv(tn_run *run, const tn_conv *p, int bf16) {
    const struct tn_k_f32 *k = &run->k->f32;
    const tn_conv_packed *header = tn_at(run, p->w);
    tn_epi e = tn_resolve(run, &p->e);
    if (p->n * p->oh * p->ow == 0 || p->co == 0) {
        return;
    }
    if (header->winograd) {
        if (bf16 || !tn_conv_may_winograd(p)) {
            tn_fail(run, "weights of a convolution in Winograd's form, which it cannot use");
        } else {
            tn_run_winograd(run, p);
        }
        return;
    }
    if (is_product(p)) {
        tn_product product = {.a = tn_at(run, p->x),
                              .b = header + 1,
                              .c = tn_at(run, p->y),
                              .m = p->n * p->h * p->wd,
                              .n = p->co,
                              .k = p->ci,
                              .lda = p->x_ld,
                              .ldc = p->y_ld,
                              .bf16 = bf16,
                              .e = e};
        tn_multiply(run, &product);
        return;
    }
    job j = {.result = tn_f32_result_of(k, &e, tn_at(run, p->y), p->y_ld, bf16),
             .run = run,
             .p = p,
             .s = shape_of(p, k, bf16),
             .x = tn_at(run, p->x),
             .w = (const char *)(header + 1),
             .zeros = run->shared};
    memset(run->shared, 0, (size_t)j.s.line * j.s.size);
    int64_t items = p->n * ((p->oh + j.s.together - 1) / j.s.together);
    int64_t each = 2 * j.s.together * p->ow * j.s.taps * j.s.kc * p->co;
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), lines, &j);
}

void tn_run_conv_f32(tn_run *run, const void *parameters) {
    run_conv(run, parameters, 0);
}

void tn_run_conv_bf16(tn_run *run, const void *parameters) {
    run_conv(run, parameters, 1);
}
