/*
 * Resize of height and width, channels last: rows are mixed first, and then columns. Codes are mixed
 * as they are, and rounded half to even.
 */
#include <math.h>

#include "f32.h"

/* Multiply-adds, or twice the numbers copied, that a piece of work should have at least. */
#define PIECE (1 << 19)
#define MOST_TAPS 4

/* Where an output pixel lies in the input, as ONNX's coordinate_transformation_mode says. */
static double coordinate(int64_t mode, double out, double scale, int64_t length, int64_t new_length) {
    switch (mode) {
        case 1: return new_length > 1 ? (out + 0.5) / scale - 0.5 : 0;
        case 2: return new_length > 1 ? out * (double)(length - 1) / (double)(new_length - 1) : 0;
        case 3: return out / scale;
        default: return (out + 0.5) / scale - 0.5;
    }
}

static int64_t clamped(int64_t i, int64_t length) {
    return i < 0 ? 0 : i >= length ? length - 1 : i;
}

static int64_t nearest(int64_t rounding, double x) {
    switch (rounding) {
        case 0: return (int64_t)ceil(x - 0.5);
        case 1: return (int64_t)floor(x + 0.5);
        case 2: return (int64_t)floor(x);
        default: return (int64_t)ceil(x);
    }
}

static tn_mix find(const tn_resize *p, int64_t out, double scale, int64_t length, int64_t new_length) {
    tn_mix m = {1, {0}, {1}};
    double x = coordinate(p->coordinates, (double)out, scale, length, new_length);
    if (p->mode == 0) {
        m.at[0] = clamped(nearest(p->rounding, x), length);
        return m;
    }
    double base = floor(x);
    float t = (float)(x - base);
    if (p->mode == 1) {
        m.taps = 2;
        m.at[0] = clamped((int64_t)base, length);
        m.at[1] = clamped((int64_t)base + 1, length);
        m.weight[0] = 1 - t;
        m.weight[1] = t;
        return m;
    }
    /* Keys' cubic convolution with coefficient a */
    float a = (float)p->cubic_a;
    m.taps = 4;
    for (int i = 0; i < 4; i++) {
        m.at[i] = clamped((int64_t)base - 1 + i, length);
        float d = fabsf(t - (float)(i - 1));
        m.weight[i] = d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1
                             : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    }
    return m;
}

typedef struct job {
    const tn_run *run;
    const tn_resize *p;
    const char *x;
    char *y;
    size_t size;
    /** Of every output column. */
    const tn_mix *columns;
} job;

static void mix_line(const job *j, const char *picture, const tn_mix *row, char *y, float *line) {
    const tn_resize *p = j->p;
    const struct tn_k_window *k = &j->run->k->window;
    int u8 = p->type == TN_U8;
    int64_t parts = p->x_ld == p->c ? 1 : p->wd;
    int64_t n = p->wd * p->c / parts;
    for (int64_t part = 0; part < parts; part++) {
        const void *rows[MOST_TAPS];
        for (int64_t t = 0; t < row->taps; t++) {
            rows[t] = picture + (size_t)((row->at[t] * p->wd + part) * p->x_ld) * j->size;
        }
        (u8 ? k->mix_rows_u8 : k->mix_rows_f32)(rows, row, n, line + part * n);
    }
    (u8 ? k->mix_columns_u8 : k->mix_columns_f32)(line, j->columns, p->ow, p->c, y, p->y_ld);
}

static void lines(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_resize *p = j->p;
    int64_t x_step = p->x_ld * (int64_t)j->size, y_step = p->y_ld * (int64_t)j->size;
    for (int64_t i = begin; i < end; i++) {
        tn_mix row = find(p, i % p->oh, p->scale_h, p->h, p->oh);
        const char *picture = j->x + i / p->oh * p->h * p->wd * x_step;
        char *y = j->y + i * p->ow * y_step;
        if (p->mode == 0) {
            j->run->k->window.copy_pixels(picture + row.at[0] * p->wd * x_step, x_step, j->columns,
                                          p->ow, p->c * (int64_t)j->size, y, y_step);
        } else {
            mix_line(j, picture, &row, y, tn_local(j->run, thread));
        }
    }
}

size_t tn_shared_resize(const void *parameters, const tn_kernels *k, int threads) {
    return (size_t)((const tn_resize *)parameters)->ow * sizeof(tn_mix);
}

size_t tn_local_resize(const void *parameters, const tn_kernels *k, int threads) {
    const tn_resize *p = parameters;
    return p->mode == 0 ? 0 : (size_t)(p->wd * p->c) * sizeof(float);
}

void tn_run_resize(tn_run *run, const void *parameters) {
    const tn_resize *p = parameters;
    tn_mix *columns = (tn_mix *)(void *)run->shared;
    if (p->n * p->h * p->wd * p->c == 0) {
        return;
    }
    for (int64_t x = 0; x < p->ow; x++) columns[x] = find(p, x, p->scale_w, p->wd, p->ow);
    job j = {run, p, tn_at(run, p->x), tn_at(run, p->y), tn_size(p->type), columns};
    int64_t items = p->n * p->oh;
    int64_t each = (p->mode == 0 ? p->ow : (p->wd + p->ow) * p->mode) * p->c * 2;
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), lines, &j);
}
