/*
 * TN_LSTM, TN_GRU and their packing. The products of all inputs come first, for all steps at once,
 * and lie in rows of gates (k_rnn.h); then each step adds the product of the state and turns it
 * into the next state. Both directions step side by side: what they do is divided among threads
 * together, by panels of columns.
 */
#include <string.h>

#include "kernels.h"

#define COLUMNS TN_RNN_COLUMNS
/* Multiply-adds that are worth another thread. */
#define GRAIN_MACS 200000

static int64_t padded(int64_t h) {
    return (h + COLUMNS - 1) / COLUMNS * COLUMNS;
}

size_t tn_bytes_rnn_weights(const void *parameters, const tn_kernels *k) {
    const tn_pack_rnn *p = parameters;
    return (size_t)(p->dirs * p->gates * padded(p->h) * p->k) * sizeof(float);
}

void tn_pack_rnn_weights(const void *parameters, const tn_kernels *k, void *target) {
    const tn_pack_rnn *p = parameters;
    const float *rows = (const float *)(intptr_t)p->address;
    float *panel = target;
    memset(target, 0, tn_bytes_rnn_weights(parameters, k));
    for (int64_t gate = 0; gate < p->dirs * p->gates; gate++, rows += p->h * p->k) {
        for (int64_t first = 0; first < p->h; first += COLUMNS, panel += COLUMNS * p->k) {
            for (int64_t c = 0; c < COLUMNS && first + c < p->h; c++) {
                for (int64_t i = 0; i < p->k; i++) {
                    panel[i * COLUMNS + c] = rows[(first + c) * p->k + i];
                }
            }
        }
    }
}

typedef struct rnn {
    const tn_rnn *p;
    tn_run *run;
    const struct tn_k_rnn *k;
    const float *x, *w, *r, *bias;
    float *y;
    int64_t gates, dirs;
    /* elements of a gate, and of a row of gates, with padding */
    int64_t h, row;
    /* rows of gates [dirs][t][b]; states [dirs][b] */
    float *inputs, *hidden, *cell;
    /* GRU: what the reset gate is applied to, or gives; the bias of the former */
    float *candidate, *gated, *inner_bias;
    /* the step at hand, and gates from first to last of which the product is wanted */
    int64_t step, first, last;
    const float *state;
} rnn;

static int64_t directions(const tn_rnn *p) {
    return p->direction == 2 ? 2 : 1;
}

/* The time that a direction is at in a step. */
static int64_t time_of(const rnn *g, int64_t dir) {
    int backwards = g->p->direction == 1 || dir == 1;
    return backwards ? g->p->t - 1 - g->step : g->step;
}

static float *gates_at(const rnn *g, int64_t dir, int64_t t, int64_t b) {
    return g->inputs + ((dir * g->p->t + t) * g->p->b + b) * g->row;
}

/* ONNX: the biases of all gates for the input, then those for the state. */
static float bias_of(const rnn *g, int64_t dir, int64_t gate, int64_t column, int of_state) {
    if (g->bias == NULL || column >= g->p->h) {
        return 0;
    }
    int64_t each = g->gates * g->p->h;
    return g->bias[dir * 2 * each + (of_state ? each : 0) + gate * g->p->h + column];
}

/* Whether the state's bias is under the reset gate, as the product is. */
static int has_inner_bias(const rnn *g, int64_t gate) {
    return g->gates == 3 && gate == 2 && g->p->linear_before_reset;
}

/* Items are panels of all directions. */
static void input_task(void *argument, int64_t begin, int64_t end, int thread) {
    const rnn *g = argument;
    int64_t panels = g->row / COLUMNS;
    int64_t rows = g->p->t * g->p->b;
    for (int64_t item = begin; item < end; item++) {
        int64_t dir = item / panels;
        int64_t first = item % panels * COLUMNS;
        float bias[COLUMNS];
        for (int64_t c = 0; c < COLUMNS; c++) {
            int64_t gate = first / g->h;
            int64_t column = first % g->h + c;
            bias[c] = bias_of(g, dir, gate, column, 0);
            if (!has_inner_bias(g, gate)) {
                bias[c] += bias_of(g, dir, gate, column, 1);
            }
        }
        float *gates = gates_at(g, dir, 0, 0) + first;
        for (int64_t m = 0; m < rows; m++) memcpy(gates + m * g->row, bias, sizeof bias);
        g->k->product(g->x, g->p->i, rows, g->p->i, g->w + item * COLUMNS * g->p->i, gates, g->row);
    }
}

/* Adds the product of the state to the gates at hand; items are panels of all directions. */
static void state_task(void *argument, int64_t begin, int64_t end, int thread) {
    const rnn *g = argument;
    int64_t gate_panels = g->h / COLUMNS;
    int64_t panels = (g->last - g->first) * gate_panels;
    for (int64_t item = begin; item < end; item++) {
        int64_t dir = item / panels;
        int64_t panel = g->first * gate_panels + item % panels;
        const float *r = g->r + (dir * g->gates * gate_panels + panel) * COLUMNS * g->p->h;
        float *to = gates_at(g, dir, time_of(g, dir), 0) + panel * COLUMNS;
        int64_t ld = g->row;
        if (has_inner_bias(g, panel / gate_panels)) {
            ld = g->h;
            to = g->candidate + dir * g->p->b * g->h + panel % gate_panels * COLUMNS;
        }
        g->k->product(g->state + dir * g->p->b * g->h, g->h, g->p->b, g->p->h, r, to, ld);
    }
}

static void add_state(rnn *g, const float *state, int64_t first, int64_t last) {
    g->state = state;
    g->first = first;
    g->last = last;
    int64_t macs = g->p->b * g->p->h * COLUMNS + 1;
    tn_parallel(g->run, g->dirs * (last - first) * (g->h / COLUMNS), 1 + GRAIN_MACS / macs,
                state_task, g);
}

static void lstm_step(rnn *g) {
    add_state(g, g->hidden, 0, 4);
    for (int64_t i = 0; i < g->dirs * g->p->b; i++) {
        int64_t dir = i / g->p->b;
        g->k->lstm(gates_at(g, dir, time_of(g, dir), i % g->p->b), g->h, g->cell + i * g->h,
                   g->hidden + i * g->h);
    }
}

static void gru_step(rnn *g) {
    int inner = has_inner_bias(g, 2);
    int64_t states = g->dirs * g->p->b;
    memset(g->gated, 0, (size_t)(states * g->h) * sizeof(float));
    if (inner) {
        memcpy(g->candidate, g->inner_bias, (size_t)(states * g->h) * sizeof(float));
    }
    add_state(g, g->hidden, 0, inner ? 3 : 2);
    for (int64_t i = 0; i < states; i++) {
        int64_t dir = i / g->p->b;
        float *gates = gates_at(g, dir, time_of(g, dir), i % g->p->b);
        const float *x = (inner ? g->candidate : g->hidden) + i * g->h;
        float *out = inner ? gates + 2 * g->h : g->gated + i * g->h;
        g->k->reset(gates + g->h, x, out, g->h);
    }
    if (!inner) {
        add_state(g, g->gated, 2, 3);
    }
    for (int64_t i = 0; i < states; i++) {
        int64_t dir = i / g->p->b;
        const float *gates = gates_at(g, dir, time_of(g, dir), i % g->p->b);
        g->k->update(gates, gates + 2 * g->h, g->hidden + i * g->h, g->h);
    }
}

/* Between [n][h] and [n][padded h]; no source: zeros. */
static void spread(const rnn *g, const float *from, float *to) {
    int64_t n = g->dirs * g->p->b;
    memset(to, 0, (size_t)(n * g->h) * sizeof(float));
    for (int64_t i = 0; i < n && from != NULL; i++) {
        memcpy(to + i * g->h, from + i * g->p->h, (size_t)g->p->h * sizeof(float));
    }
}

static void gather(const rnn *g, const float *from, float *to) {
    for (int64_t i = 0; i < g->dirs * g->p->b && to != NULL; i++) {
        memcpy(to + i * g->p->h, from + i * g->h, (size_t)g->p->h * sizeof(float));
    }
}

static void store_step(const rnn *g) {
    const tn_rnn *p = g->p;
    for (int64_t i = 0; i < g->dirs * p->b && g->y != NULL; i++) {
        int64_t dir = i / p->b;
        float *y = g->y + ((time_of(g, dir) * g->dirs + dir) * p->b + i % p->b) * p->h;
        memcpy(y, g->hidden + i * g->h, (size_t)p->h * sizeof(float));
    }
}

static size_t scratch(const tn_rnn *p, int64_t gates) {
    int64_t states = directions(p) * p->b * padded(p->h);
    return (size_t)(states * (p->t * gates + 5)) * sizeof(float);
}

static void run_rnn(tn_run *run, const tn_rnn *p, int64_t gates) {
    rnn g = {.p = p, .run = run, .k = &run->k->rnn, .gates = gates, .dirs = directions(p)};
    if (p->b == 0 || p->h == 0) {
        return;
    }
    g.x = tn_at(run, p->x);
    g.w = tn_at(run, p->w);
    g.r = tn_at(run, p->r);
    g.bias = tn_at(run, p->bias);
    g.y = tn_at(run, p->y);
    g.h = padded(p->h);
    g.row = gates * g.h;
    int64_t states = g.dirs * p->b * g.h;
    g.inputs = (float *)run->shared;
    g.hidden = g.inputs + states * p->t * gates;
    g.cell = g.hidden + states;
    g.candidate = g.cell + states;
    g.gated = g.candidate + states;
    g.inner_bias = g.gated + states;
    for (int64_t i = 0; i < states; i++) {
        g.inner_bias[i] = bias_of(&g, i / g.h / p->b, 2, i % g.h, 1);
    }
    spread(&g, tn_at(run, p->h0), g.hidden);
    spread(&g, tn_at(run, p->c0), g.cell);
    int64_t macs = p->t * p->b * p->i * COLUMNS + 1;
    tn_parallel(run, g.dirs * g.row / COLUMNS, 1 + GRAIN_MACS / macs, input_task, &g);
    for (g.step = 0; g.step < p->t; g.step++) {
        if (gates == 4) {
            lstm_step(&g);
        } else {
            gru_step(&g);
        }
        store_step(&g);
    }
    gather(&g, g.hidden, tn_at(run, p->y_h));
    if (gates == 4) {
        gather(&g, g.cell, tn_at(run, p->y_c));
    }
}

size_t tn_shared_lstm(const void *parameters, const tn_kernels *k, int threads) {
    return scratch(parameters, 4);
}

size_t tn_shared_gru(const void *parameters, const tn_kernels *k, int threads) {
    return scratch(parameters, 3);
}

void tn_run_lstm(tn_run *run, const void *parameters) {
    run_rnn(run, parameters, 4);
}

void tn_run_gru(tn_run *run, const void *parameters) {
    run_rnn(run, parameters, 3);
}
