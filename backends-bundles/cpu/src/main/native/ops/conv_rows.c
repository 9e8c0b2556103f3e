#include "conv_rows.h"

#include <string.h>

#include "q8.h"

/* Bytes that are copied at once: where they go to has room for as many more. */
#define CHUNK 16

tn_conv_pixel tn_conv_locate(const tn_conv *p, int64_t number) {
    int64_t line = number / p->ow;
    tn_conv_pixel o = {line / p->oh, line % p->oh, number % p->ow, 0, 0};
    o.y = o.oy * p->sh - p->pt;
    o.x = o.ox * p->sw - p->pl;
    return o;
}

/* Goes n pixels on, at most to the beginning of the next line. */
static void go(const tn_conv *p, tn_conv_pixel *o, int64_t n) {
    o->x += n * p->sw;
    o->ox += n;
    if (o->ox < p->ow) return;
    o->ox = 0;
    o->x = -p->pl;
    o->y += p->sh;
    if (++o->oy < p->oh) return;
    o->oy = 0;
    o->y = -p->pt;
    o->picture++;
}

void tn_conv_go(const tn_conv *p, tn_conv_pixel *o, int64_t n) {
    for (int64_t step; n > 0; n -= step) {
        step = p->ow - o->ox < n ? p->ow - o->ox : n;
        go(p, o, step);
    }
}

static int64_t up(int64_t a, int64_t b) {
    return a <= 0 ? 0 : (a + b - 1) / b;
}

/* Bytes that a line of the kernel takes of a row that is copied. */
static int64_t line_bytes(const tn_conv *p) {
    int64_t ci = p->ci / p->groups, line = p->kw * ci;
    tn_q8_form f = tn_q8_form_of(ci, p->kh, p->kw);
    return f.length == line ? up(line, 4) * 4 : line;
}

size_t tn_conv_zeros_bytes(const tn_conv *p) {
    return (size_t)(p->ci / p->groups) + CHUNK;
}

size_t tn_conv_scratch_bytes(const tn_conv *p, int rows) {
    size_t pointers = (size_t)(p->kh * p->kw * rows) * sizeof(void *);
    return pointers + (size_t)(up(p->kh * line_bytes(p), 4) * 4 * rows) + CHUNK;
}

tn_conv tn_conv_flat(const tn_conv *p) {
    tn_conv line = *p;
    if (p->kh == 1 && p->kw == 1 && p->sh == 1 && p->sw == 1 && p->pt == 0 && p->pl == 0 &&
        p->oh == p->h && p->ow == p->wd) {
        line.n = line.h = line.oh = 1;
        line.wd = line.ow = p->n * p->h * p->wd;
    }
    return line;
}

tn_conv_rows tn_conv_rows_of(const tn_conv *p, const uint8_t *x, uint8_t *zeros) {
    int64_t x_end = up(p->wd + p->pl - (p->kw - 1) * p->dw, p->sw);
    tn_conv_rows c = {.p = p,
                      .x = x,
                      .x_end = x + (p->n * p->h * p->wd - 1) * p->x_ld + p->ci,
                      .zeros = zeros,
                      .zeros_end = zeros + tn_conv_zeros_bytes(p),
                      .ci = p->ci / p->groups,
                      .copied = up(p->kh * line_bytes(p), 4) * 4,
                      .line = line_bytes(p),
                      .y_begin = up(p->pt, p->sh),
                      .y_end = up(p->h + p->pt - (p->kh - 1) * p->dh, p->sh),
                      .x_begin = up(p->pl, p->sw),
                      .x_end_inner = x_end < p->ow ? x_end : p->ow};
    memset(zeros, (int)p->x_zp, tn_conv_zeros_bytes(p));
    tn_q8_form f = tn_q8_form_of(c.ci, p->kh, p->kw);
    int by_lines = p->kw > 1 && p->dw == 1 && p->x_ld == c.ci;
    c.segments = f.segments;
    c.valid = f.length;
    if (f.segments == p->kh * p->kw) {
        c.way = TN_BY_PIXELS;
        if (by_lines && c.ci % 4 == 0) {
            c.way = TN_BY_LINES;
            c.segments = p->kh;
            c.valid = p->kw * c.ci;
        }
        c.length = c.valid;
    } else {
        c.way = by_lines && f.segments == p->kh ? TN_BY_LINES : TN_COPIED;
        c.length = up(f.length, 4) * 4;
    }
    return c;
}

/*
 * How many of the next `limit` pixels of the line see no padding, and their segments end before the
 * input does; 0 if the first does not.
 */
static int inner_run(const tn_conv_rows *c, const tn_conv_pixel *o, const uint8_t *picture, int limit) {
    const tn_conv *p = c->p;
    if (o->oy < c->y_begin || o->oy >= c->y_end || o->ox < c->x_begin || o->ox >= c->x_end_inner) {
        return 0;
    }
    int n = c->x_end_inner - o->ox < limit ? (int)(c->x_end_inner - o->ox) : limit;
    if (c->way == TN_BY_LINES) {
        const uint8_t *last = picture + ((o->y + (p->kh - 1) * p->dh) * p->wd + o->x) * p->x_ld;
        while (n > 0 && last + (n - 1) * p->sw * p->x_ld + c->length > c->x_end) n--;
    }
    return n;
}

/* Copies n bytes, and perhaps some behind them, but none from `end` on. */
static inline void copy(uint8_t *to, const uint8_t *from, int64_t n, const uint8_t *end) {
    for (; n > 0 && end - from >= CHUNK; n -= CHUNK, to += CHUNK, from += CHUNK) {
        memcpy(to, from, CHUNK);
    }
    if (n > 0) memcpy(to, from, (size_t)n);
}

/* The pixel of a picture under a tap, or one of the padding. */
static const uint8_t *under(const tn_conv_rows *c, const uint8_t *picture, int64_t y, int64_t x) {
    const tn_conv *p = c->p;
    int inside = y >= 0 && y < p->h && x >= 0 && x < p->wd;
    return inside ? picture + (y * p->wd + x) * p->x_ld : c->zeros;
}

/* Copies what one output pixel sees, tap by tap. */
static void copy_pixels(const tn_conv_rows *c, const tn_conv_pixel *o, const uint8_t *picture, uint8_t *to) {
    const tn_conv *p = c->p;
    for (int64_t ky = 0; ky < p->kh; ky++, to += c->line) {
        for (int64_t kx = 0; kx < p->kw; kx++) {
            const uint8_t *from = under(c, picture, o->y + ky * p->dh, o->x + kx * p->dw);
            copy(to + kx * c->ci, from, c->ci, from == c->zeros ? c->zeros_end : c->x_end);
        }
    }
}

/* Copies what n output pixels beside each other see, none of the padding, line by line. */
static void copy_lines(const tn_conv_rows *c, const tn_conv_pixel *o, const uint8_t *picture, int n,
                       uint8_t *to) {
    const tn_conv *p = c->p;
    const uint8_t *end = c->x_end, *x = picture + (o->y * p->wd + o->x) * p->x_ld;
    int64_t kh = p->kh, line = p->kw * c->ci, copied = c->copied;
    int64_t down = p->dh * p->wd * p->x_ld, right = p->sw * p->x_ld;
    for (int i = 0; i < n; i++) {
        for (int64_t ky = 0; ky < kh; ky++) {
            copy(to + i * copied + ky * c->line, x + i * right + ky * down, line, end);
        }
    }
}

/* n rows from r on, the first of which begins at `from`, step apart. */
static inline void point(const uint8_t **to, int n, const uint8_t *from, int64_t step) {
    for (int i = 0; i < n; i++, from += step) to[i] = from;
}

const uint8_t *const *tn_conv_see(const tn_conv_rows *c, const tn_conv_pixel *first, int rows,
                                  int64_t group, void *scratch) {
    const tn_conv *p = c->p;
    const uint8_t **to = scratch;
    uint8_t *copies = (uint8_t *)(to + c->segments * rows);
    int64_t right = p->sw * p->x_ld, kx_step = c->way == TN_BY_LINES ? p->kw : 1;
    int together = p->dw == 1 && p->x_ld == c->ci;
    tn_conv_pixel o = *first;
    for (int r = 0, n; r < rows; r += n, go(p, &o, n)) {
        const uint8_t *picture = c->x + o.picture * p->h * p->wd * p->x_ld + group * c->ci;
        int inner = inner_run(c, &o, picture, rows - r);
        uint8_t *copied = copies + r * c->copied;
        n = inner > 0 ? inner : 1;
        if (c->way == TN_COPIED) {
            if (inner > 0 && together) {
                copy_lines(c, &o, picture, n, copied);
            } else {
                n = 1;
                copy_pixels(c, &o, picture, copied);
            }
            for (int64_t s = 0; s < c->segments; s++) {
                point(to + s * rows + r, n, copied + s * c->length, c->copied);
            }
        } else if (c->way == TN_BY_LINES && inner == 0) {
            copy_pixels(c, &o, picture, copied);
            for (int64_t ky = 0; ky < p->kh; ky++) to[ky * rows + r] = copied + ky * c->line;
        } else {
            const uint8_t **tap = to + r;
            for (int64_t ky = 0; ky < p->kh; ky++) {
                for (int64_t kx = 0; kx < p->kw; kx += kx_step, tap += rows) {
                    point(tap, n, under(c, picture, o.y + ky * p->dh, o.x + kx * p->dw), right);
                }
            }
        }
    }
    return (const uint8_t *const *)to;
}
