/* LSTM and GRU against the formulas of ONNX in double precision. */
#include "test.h"

enum { MOST_H = 70 };

typedef struct net {
    int64_t gates, dirs, t, b, i, h, linear_before_reset;
    const float *x, *w, *r, *bias, *h0, *c0;
} net;

static double sigmoid(double x) {
    return 1 / (1 + exp(-x));
}

static double dot(const float *row, const float *x, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)row[i] * (double)x[i];
    return sum;
}

static double dot_state(const float *row, const double *x, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)row[i] * x[i];
    return sum;
}

/* The part of the input, or of the state, of gate g, element j. */
static double input_part(const net *n, int64_t dir, int64_t g, int64_t j, const float *x) {
    int64_t row = (dir * n->gates + g) * n->h + j;
    double bias = n->bias ? (double)n->bias[(dir * 2 * n->gates + g) * n->h + j] : 0;
    return bias + dot(n->w + row * n->i, x, n->i);
}

static double state_part(const net *n, int64_t dir, int64_t g, int64_t j, const double *h) {
    int64_t row = (dir * n->gates + g) * n->h + j;
    double bias = n->bias ? (double)n->bias[(dir * 2 * n->gates + n->gates + g) * n->h + j] : 0;
    return bias + dot_state(n->r + row * n->h, h, n->h);
}

static void step(const net *n, int64_t dir, const float *x, double *h, double *c) {
    double next[MOST_H], reset[MOST_H];
    if (n->gates == 4) {
        for (int64_t j = 0; j < n->h; j++) {
            double v[4];
            for (int g = 0; g < 4; g++)
                v[g] = input_part(n, dir, g, j, x) + state_part(n, dir, g, j, h);
            c[j] = sigmoid(v[2]) * c[j] + sigmoid(v[0]) * tanh(v[3]);
            next[j] = sigmoid(v[1]) * tanh(c[j]);
        }
    } else {
        for (int64_t j = 0; j < n->h; j++) {
            reset[j] = sigmoid(input_part(n, dir, 1, j, x) + state_part(n, dir, 1, j, h));
        }
        double gated[MOST_H];
        for (int64_t j = 0; j < n->h; j++) gated[j] = reset[j] * h[j];
        for (int64_t j = 0; j < n->h; j++) {
            double z = sigmoid(input_part(n, dir, 0, j, x) + state_part(n, dir, 0, j, h));
            double state = n->linear_before_reset ? reset[j] * state_part(n, dir, 2, j, h)
                                                  : state_part(n, dir, 2, j, gated);
            next[j] = (1 - z) * tanh(input_part(n, dir, 2, j, x) + state) + z * h[j];
        }
    }
    memcpy(h, next, (size_t)n->h * sizeof(double));
}

static int differ(const float *got, const double *expected, int64_t n) {
    int wrong = 0;
    for (int64_t i = 0; i < n; i++) wrong += !(fabs(got[i] - expected[i]) < 2e-5);
    return wrong;
}

static void check(net n, int64_t direction, int with_bias, int with_state, int threads) {
    n.dirs = direction == 2 ? 2 : 1;
    int64_t rows = n.dirs * n.gates * n.h;
    int64_t states = n.dirs * n.b * n.h;
    n.x = random_floats((size_t)(n.t * n.b * n.i), -1, 1);
    n.w = random_floats((size_t)(rows * n.i), -1, 1);
    n.r = random_floats((size_t)(rows * n.h), -0.5f, 0.5f);
    n.bias = with_bias ? random_floats((size_t)(2 * rows), -1, 1) : NULL;
    n.h0 = with_state ? random_floats((size_t)states, -1, 1) : NULL;
    n.c0 = with_state ? random_floats((size_t)states, -1, 1) : NULL;
    float *y = fresh((size_t)(n.t * states) * 4), *y_h = fresh((size_t)states * 4),
          *y_c = fresh((size_t)states * 4);
    tn_pack_rnn pack = {(intptr_t)n.w, n.dirs, n.gates, n.h, n.i};
    void *w = packed(TN_PACK_RNN, &pack);
    pack.address = (intptr_t)n.r, pack.k = n.h;
    void *r = packed(TN_PACK_RNN, &pack);
    tn_rnn p = {.t = n.t,
                .b = n.b,
                .i = n.i,
                .h = n.h,
                .direction = direction,
                .linear_before_reset = n.linear_before_reset};
    p.x = at(n.x), p.w = at(w), p.r = at(r), p.bias = at(n.bias), p.h0 = at(n.h0), p.c0 = at(n.c0);
    p.y = at(y), p.y_h = at(y_h), p.y_c = n.gates == 4 ? at(y_c) : 0;
    const char *error = run_op(n.gates == 4 ? TN_LSTM : TN_GRU, &p, sizeof p, threads);
    int wrong = error[0] != 0;
    for (int64_t i = 0; i < n.dirs * n.b; i++) {
        int64_t dir = i / n.b, b = i % n.b;
        double h[MOST_H], c[MOST_H];
        for (int64_t j = 0; j < n.h; j++) {
            h[j] = n.h0 ? (double)n.h0[i * n.h + j] : 0;
            c[j] = n.c0 ? (double)n.c0[i * n.h + j] : 0;
        }
        for (int64_t s = 0; s < n.t; s++) {
            int64_t t = direction == 1 || dir == 1 ? n.t - 1 - s : s;
            step(&n, dir, n.x + (t * n.b + b) * n.i, h, c);
            wrong += differ(y + ((t * n.dirs + dir) * n.b + b) * n.h, h, n.h);
        }
        wrong += differ(y_h + i * n.h, h, n.h);
        wrong += n.gates == 4 ? differ(y_c + i * n.h, c, n.h) : 0;
    }
    CHECK(wrong == 0, "%d gates, direction %d, t %d b %d i %d h %d: %d are wrong %s", (int)n.gates,
          (int)direction, (int)n.t, (int)n.b, (int)n.i, (int)n.h, wrong, error);
    free((void *)n.x), free((void *)n.w), free((void *)n.r), free((void *)n.bias);
    free((void *)n.h0), free((void *)n.c0);
    free(y), free(y_h), free(y_c), free(w), free(r);
}

static void tests(void) {
    for (int round = 0; round < 60; round++) {
        net n = {.gates = 3 + round % 2,
                 .t = random_int(0, 5),
                 .b = random_int(1, 6),
                 .i = random_int(1, 40),
                 .h = random_int(1, MOST_H),
                 .linear_before_reset = round / 2 % 2};
        check(n, round % 3, round % 5 != 0, round % 4 != 0, 1 + 2 * (round % 2));
    }
    net large = {.gates = 4, .t = 70, .b = 3, .i = 64, .h = 64};
    check(large, 2, 1, 1, 3);
    large.gates = 3, large.b = 40, large.t = 3;
    check(large, 2, 1, 1, 3);
    net none = {.gates = 4, .t = 3, .b = 0, .i = 4, .h = 4};
    check(none, 0, 1, 1, 1);
}

int main(void) {
    return on_every_isa(tests);
}
