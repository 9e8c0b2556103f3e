/* TN_ROTARY: turns pairs of a head's elements by the angle of their position. */
#include <string.h>

#include "kernels.h"

#define GRAIN_ELEMENTS 16384
/* Pairs at once; held apart from memory, as x and y may be the same. */
#define PAIRS 16

typedef struct rotary {
    const tn_rotary *p;
    const float *x, *cos, *sin;
    float *y;
} rotary;

/* n <= PAIRS pairs; element i of a pair's halves lies at x + i * step and other + i * step. */
static inline void turn(const float *x, float *y, int64_t other, int64_t step, const float *cos,
                        const float *sin, int64_t n) {
    float first[PAIRS];
    float second[PAIRS];
    for (int64_t i = 0; i < n; i++) {
        float a = x[i * step];
        float b = x[i * step + other];
        first[i] = cos[i] * a - sin[i] * b;
        second[i] = sin[i] * a + cos[i] * b;
    }
    for (int64_t i = 0; i < n; i++) {
        y[i * step] = first[i];
        y[i * step + other] = second[i];
    }
}

static void turn_head(const rotary *r, const float *x, float *y, const float *cos,
                      const float *sin) {
    const tn_rotary *p = r->p;
    int64_t half = p->rotary / 2;
    int64_t i = 0;
    for (; i + PAIRS <= half; i += PAIRS) {
        if (p->interleaved) {
            turn(x + 2 * i, y + 2 * i, 1, 2, cos + i, sin + i, PAIRS);
        } else {
            turn(x + i, y + i, half, 1, cos + i, sin + i, PAIRS);
        }
    }
    int64_t step = p->interleaved ? 2 : 1;
    turn(x + step * i, y + step * i, p->interleaved ? 1 : half, step, cos + i, sin + i, half - i);
    if (x != y) {
        memcpy(y + p->rotary, x + p->rotary, (size_t)(p->d - p->rotary) * sizeof(float));
    }
}

/* Items are positions of all batches. */
static void rotary_task(void *argument, int64_t begin, int64_t end, int thread) {
    const rotary *r = argument;
    const tn_rotary *p = r->p;
    for (int64_t item = begin; item < end; item++) {
        int64_t b = item / p->seq;
        int64_t s = item % p->seq;
        int64_t angle = b * p->c_b + s * p->c_s;
        for (int64_t h = 0; h < p->heads; h++) {
            turn_head(r, r->x + b * p->x_b + s * p->x_s + h * p->x_h,
                      r->y + b * p->y_b + s * p->y_s + h * p->y_h, r->cos + angle, r->sin + angle);
        }
    }
}

void tn_run_rotary(tn_run *run, const void *parameters) {
    const tn_rotary *p = parameters;
    rotary r = {p, tn_at(run, p->x), tn_at(run, p->cos), tn_at(run, p->sin), tn_at(run, p->y)};
    tn_parallel(run, p->batch * p->seq, 1 + GRAIN_ELEMENTS / (p->heads * p->d + 1), rotary_task,
                &r);
}
