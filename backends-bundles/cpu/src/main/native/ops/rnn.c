/*
 * TN_LSTM, TN_GRU and their packing. The products of all inputs come first, for all steps at once,
 * and lie in rows of gates (k_rnn.h); then each step adds the product of the state and turns it
 * into the next state. Two directions are worked on by two threads if there are so many, each of
 * which keeps one direction's weights in its cache; one direction's steps are divided by panels.
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

/* What is common to all directions, and where one of them is. */
typedef struct rnn {
    const tn_rnn *p;
    tn_run *run;
    const struct tn_k_rnn *k;
    const float *x, *w, *r, *bias;
    float *y;
    int64_t gates, dirs;
    /* elements of a gate, and of a row of gates, with padding */
    int64_t h, row;
    /* of this direction: rows of gates [t][b]; states [b], as long as a gate */
    int64_t dir;
    float *inputs, *hidden, *cell;
    /* GRU: what the reset gate is applied to, or gives; the bias of the former */
    float *candidate, *gated, *inner_bias;
    /* whether this is a task already, which has nothing to divide */
    int task;
    /* the time at hand, and gates from first to last of which the product with state is wanted */
    int64_t step, time, first, last;
    const float *state;
} rnn;

static void divide(rnn *g, int64_t items, int64_t macs, tn_task task) {
    if (g->task) {
        task(g, 0, items, 0);
    } else {
        tn_parallel(g->run, items, 1 + GRAIN_MACS / (macs + 1), task, g);
    }
}

/* ONNX: the biases of all gates for the input, then those for the state. */
static float bias_of(const rnn *g, int64_t gate, int64_t column, int of_state) {
    if (g->bias == NULL || column >= g->p->h) {
        return 0;
    }
    int64_t each = g->gates * g->p->h;
    return g->bias[g->dir * 2 * each + (of_state ? each : 0) + gate * g->p->h + column];
}

/* Whether the state's bias is under the reset gate, as the product is. */
static int has_inner_bias(const rnn *g, int64_t gate) {
    return g->gates == 3 && gate == 2 && g->p->linear_before_reset;
}

/* Items are panels. */
static void input_task(void *argument, int64_t begin, int64_t end, int thread) {
    const rnn *g = argument;
    int64_t rows = g->p->t * g->p->b;
    for (int64_t panel = begin; panel < end; panel++) {
        int64_t gate = panel * COLUMNS / g->h;
        float bias[COLUMNS];
        for (int64_t c = 0; c < COLUMNS; c++) {
            int64_t column = panel * COLUMNS % g->h + c;
            bias[c] = bias_of(g, gate, column, 0);
            if (!has_inner_bias(g, gate)) {
                bias[c] += bias_of(g, gate, column, 1);
            }
        }
        float *gates = g->inputs + panel * COLUMNS;
        for (int64_t m = 0; m < rows; m++) memcpy(gates + m * g->row, bias, sizeof bias);
        const float *w = g->w + (g->dir * g->row + panel * COLUMNS) * g->p->i;
        g->k->product(g->x, g->p->i, rows, g->p->i, w, gates, g->row);
    }
}

/* The gates of a batch's sequence at the time at hand. */
static float *gates_at(const rnn *g, int64_t b) {
    return g->inputs + (g->time * g->p->b + b) * g->row;
}

/*
 * Adds the product of the state to gates; items are panels. Every other step goes backwards: its
 * first panels are then those that are still in the cache.
 */
static void state_task(void *argument, int64_t begin, int64_t end, int thread) {
    const rnn *g = argument;
    int64_t gate_panels = g->h / COLUMNS;
    for (int64_t item = begin; item < end; item++) {
        int64_t panel =
            g->step % 2 ? g->last * gate_panels - 1 - item : g->first * gate_panels + item;
        const float *r = g->r + (g->dir * g->row + panel * COLUMNS) * g->p->h;
        if (has_inner_bias(g, panel / gate_panels)) {
            float *candidate = g->candidate + panel % gate_panels * COLUMNS;
            g->k->product(g->state, g->h, g->p->b, g->p->h, r, candidate, g->h);
        } else {
            float *gates = gates_at(g, 0) + panel * COLUMNS;
            g->k->product(g->state, g->h, g->p->b, g->p->h, r, gates, g->row);
        }
    }
}

static void add_state(rnn *g, const float *state, int64_t first, int64_t last) {
    g->state = state;
    g->first = first;
    g->last = last;
    divide(g, (last - first) * (g->h / COLUMNS), g->p->b * g->p->h * COLUMNS, state_task);
}

static void lstm_step(rnn *g) {
    add_state(g, g->hidden, 0, 4);
    for (int64_t b = 0; b < g->p->b; b++) {
        g->k->lstm(gates_at(g, b), g->h, g->cell + b * g->h, g->hidden + b * g->h);
    }
}

static void gru_step(rnn *g) {
    int inner = has_inner_bias(g, 2);
    size_t bytes = (size_t)(g->p->b * g->h) * sizeof(float);
    if (inner) {
        memcpy(g->candidate, g->inner_bias, bytes);
    } else {
        memset(g->gated, 0, bytes);
    }
    add_state(g, g->hidden, 0, inner ? 3 : 2);
    for (int64_t b = 0; b < g->p->b; b++) {
        float *gates = gates_at(g, b);
        const float *x = (inner ? g->candidate : g->hidden) + b * g->h;
        float *out = inner ? gates + 2 * g->h : g->gated + b * g->h;
        g->k->reset(gates + g->h, x, out, g->h);
    }
    if (!inner) {
        add_state(g, g->gated, 2, 3);
    }
    for (int64_t b = 0; b < g->p->b; b++) {
        const float *gates = gates_at(g, b);
        g->k->update(gates, gates + 2 * g->h, g->hidden + b * g->h, g->h);
    }
}

/* Copies n rows of h elements; rows lie from_ld and to_ld apart. Without a source: zeros. */
static void copy_rows(int64_t n, int64_t h, const float *from, int64_t from_ld, float *to,
                      int64_t to_ld) {
    for (int64_t i = 0; i < n; i++) {
        if (from != NULL) {
            memcpy(to + i * to_ld, from + i * from_ld, (size_t)h * sizeof(float));
        } else {
            memset(to + i * to_ld, 0, (size_t)h * sizeof(float));
        }
    }
}

/* This direction's part of a tensor [dirs, b, h]; NULL if it is absent. */
static float *states_of(const rnn *g, tn_ref ref) {
    float *states = tn_at(g->run, ref);
    return states == NULL ? NULL : states + g->dir * g->p->b * g->p->h;
}

static void start(rnn *g) {
    const tn_rnn *p = g->p;
    memset(g->hidden, 0, (size_t)(p->b * g->h) * sizeof(float));
    memset(g->cell, 0, (size_t)(p->b * g->h) * sizeof(float));
    copy_rows(p->b, p->h, states_of(g, p->h0), p->h, g->hidden, g->h);
    copy_rows(p->b, p->h, states_of(g, p->c0), p->h, g->cell, g->h);
    for (int64_t i = 0; i < p->b * g->h; i++) {
        g->inner_bias[i] = bias_of(g, 2, i % g->h, 1);
    }
}

static void finish(const rnn *g) {
    const tn_rnn *p = g->p;
    if (p->y_h != 0) {
        copy_rows(p->b, p->h, g->hidden, g->h, states_of(g, p->y_h), p->h);
    }
    if (p->y_c != 0 && g->gates == 4) {
        copy_rows(p->b, p->h, g->cell, g->h, states_of(g, p->y_c), p->h);
    }
}

static void run_direction(rnn *g) {
    const tn_rnn *p = g->p;
    int backwards = p->direction == 1 || g->dir == 1;
    start(g);
    divide(g, g->row / COLUMNS, p->t * p->b * p->i * COLUMNS, input_task);
    for (g->step = 0; g->step < p->t; g->step++) {
        g->time = backwards ? p->t - 1 - g->step : g->step;
        if (g->gates == 4) {
            lstm_step(g);
        } else {
            gru_step(g);
        }
        if (g->y != NULL) {
            float *y = g->y + (g->time * g->dirs + g->dir) * p->b * p->h;
            copy_rows(p->b, p->h, g->hidden, g->h, y, p->h);
        }
    }
    finish(g);
}

static int64_t directions(const tn_rnn *p) {
    return p->direction == 2 ? 2 : 1;
}

/* Elements of scratch memory of a direction. */
static int64_t scratch(const tn_rnn *p, int64_t gates) {
    return p->b * padded(p->h) * (p->t * gates + 5);
}

static rnn direction_of(const rnn *all, int64_t dir) {
    rnn g = *all;
    int64_t states = g.p->b * g.h;
    g.dir = dir;
    g.inputs = (float *)g.run->shared + dir * scratch(g.p, g.gates);
    g.hidden = g.inputs + states * g.p->t * g.gates;
    g.cell = g.hidden + states;
    g.candidate = g.cell + states;
    g.gated = g.candidate + states;
    g.inner_bias = g.gated + states;
    return g;
}

static void direction_task(void *argument, int64_t begin, int64_t end, int thread) {
    for (int64_t dir = begin; dir < end; dir++) {
        rnn g = direction_of(argument, dir);
        g.task = 1;
        run_direction(&g);
    }
}

static void run_rnn(tn_run *run, const tn_rnn *p, int64_t gates) {
    rnn all = {.p = p, .run = run, .k = &run->k->rnn, .gates = gates, .dirs = directions(p)};
    if (p->b == 0 || p->h == 0) {
        return;
    }
    all.x = tn_at(run, p->x);
    all.w = tn_at(run, p->w);
    all.r = tn_at(run, p->r);
    all.bias = tn_at(run, p->bias);
    all.y = tn_at(run, p->y);
    all.h = padded(p->h);
    all.row = gates * all.h;
    int64_t macs = p->t * p->b * (p->i + p->h) * all.row;
    if (all.dirs == 2) {
        tn_parallel(run, 2, macs < GRAIN_MACS ? 2 : 1, direction_task, &all);
    } else {
        rnn g = direction_of(&all, 0);
        run_direction(&g);
    }
}

size_t tn_shared_lstm(const void *parameters, const tn_kernels *k, int threads) {
    return (size_t)(directions(parameters) * scratch(parameters, 4)) * sizeof(float);
}

size_t tn_shared_gru(const void *parameters, const tn_kernels *k, int threads) {
    return (size_t)(directions(parameters) * scratch(parameters, 3)) * sizeof(float);
}

void tn_run_lstm(tn_run *run, const void *parameters) {
    run_rnn(run, parameters, 4);
}

void tn_run_gru(tn_run *run, const void *parameters) {
    run_rnn(run, parameters, 3);
}
