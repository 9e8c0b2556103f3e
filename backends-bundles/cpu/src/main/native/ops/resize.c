/* Resize of height and width, channels last. */
#include <math.h>

#include "f32.h"

#define PIECE (1 << 16)
#define MOST_TAPS 4

/* What an output row or column is made of: input indices, and how much of each. */
typedef struct mix {
    int taps;
    int64_t at[MOST_TAPS];
    float weight[MOST_TAPS];
} mix;

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

static mix find(const tn_resize *p, int64_t out, double scale, int64_t length, int64_t new_length) {
    mix m = {1, {0}, {1}};
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
    const tn_resize *p;
    const char *x;
    char *y;
    char *local;
    size_t local_stride;
} job;

static void copy_row(const job *j, int64_t picture, int64_t row, const mix *my) {
    const tn_resize *p = j->p;
    size_t size = tn_size(p->type);
    for (int64_t ox = 0; ox < p->ow; ox++) {
        mix mx = find(p, ox, p->scale_w, p->wd, p->ow);
        const char *from = j->x + (size_t)(((picture * p->h + my->at[0]) * p->wd + mx.at[0]) * p->x_ld) * size;
        char *to = j->y + (size_t)((row * p->ow + ox) * p->y_ld) * size;
        __builtin_memcpy(to, from, (size_t)p->c * size);
    }
}

static void mix_row(const job *j, int64_t picture, int64_t row, const mix *my, float *sums) {
    const tn_resize *p = j->p;
    for (int64_t ox = 0; ox < p->ow; ox++) {
        mix mx = find(p, ox, p->scale_w, p->wd, p->ow);
        __builtin_memset(sums, 0, (size_t)p->c * sizeof(float));
        for (int a = 0; a < my->taps; a++) {
            for (int b = 0; b < mx.taps; b++) {
                float w = my->weight[a] * mx.weight[b];
                int64_t from = ((picture * p->h + my->at[a]) * p->wd + mx.at[b]) * p->x_ld;
                if (p->type == TN_F32) {
                    const float *x = (const float *)j->x + from;
                    for (int64_t c = 0; c < p->c; c++) sums[c] += w * x[c];
                } else {
                    const uint8_t *x = (const uint8_t *)j->x + from;
                    for (int64_t c = 0; c < p->c; c++) sums[c] += w * (float)x[c];
                }
            }
        }
        int64_t to = (row * p->ow + ox) * p->y_ld;
        for (int64_t c = 0; c < p->c; c++) {
            if (p->type == TN_F32) {
                ((float *)j->y)[to + c] = sums[c];
            } else {
                float v = nearbyintf(sums[c]);
                ((uint8_t *)j->y)[to + c] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
            }
        }
    }
}

static void rows(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_resize *p = j->p;
    float *sums = (float *)(j->local + j->local_stride * (size_t)thread);
    for (int64_t row = begin; row < end; row++) {
        mix my = find(p, row % p->oh, p->scale_h, p->h, p->oh);
        if (p->mode == 0) {
            copy_row(j, row / p->oh, row, &my);
        } else {
            mix_row(j, row / p->oh, row, &my, sums);
        }
    }
}

size_t tn_local_resize(const void *parameters, const tn_kernels *k, int threads) {
    return (size_t)((const tn_resize *)parameters)->c * sizeof(float);
}

void tn_run_resize(tn_run *run, const void *parameters) {
    const tn_resize *p = parameters;
    job j = {p, tn_at(run, p->x), tn_at(run, p->y), run->local, run->local_stride};
    int64_t items = p->n * p->oh;
    tn_parallel(run, items, tn_grain(run, items, p->ow * p->c * 4, PIECE), rows, &j);
}
