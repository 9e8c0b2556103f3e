/*
 * Pooling: down the rows of a window for a whole line of input pixels, and then along the columns.
 * A picture that becomes few lines is divided by channels too.
 */
#include "f32.h"

/* Taps that a piece of work should have at least. */
#define PIECE (1 << 20)
/* Channels of a block, where there are several. */
#define BLOCK 64

typedef struct job {
    const tn_run *run;
    const tn_pool_op *p;
    const char *x;
    char *y;
    size_t size;
    const tn_pool_kernels *k;
    int64_t blocks;
} job;

/* Taps of a window at `at` that lie inside the picture: the first, and how many. */
static int64_t inside(int64_t at, int64_t step, int64_t taps, int64_t length, int64_t *first) {
    int64_t last = at >= length ? 0 : (length - at + step - 1) / step;
    *first = at >= 0 ? 0 : (-at + step - 1) / step;
    if (last > taps) last = taps;
    return last > *first ? last - *first : 0;
}

/* `pixels` neighbours, from ox on, with as many taps each, whose windows have so many rows. */
static void columns(const job *j, tn_pool_line l, int64_t rows, int64_t ox, const char *line, size_t size,
                    char *y) {
    const tn_pool_op *p = j->p;
    int64_t first, at = ox * p->sw - p->pl;
    l.taps = inside(at, p->dw, p->kw, p->wd, &first);
    int64_t seen = rows * l.taps;
    int64_t count = p->include_pad ? p->kh * p->kw : seen;
    l.zeros = (float)(p->x_zp * seen);
    l.factor = (float)((p->type == TN_U8 ? p->rescale : 1) / (double)(count > 0 ? count : 1));
    /* without taps nothing is read */
    const char *x = l.taps == 0 ? line : line + (size_t)((at + first * p->dw) * l.channels) * size;
    j->k->columns(&l, x, y + (size_t)(ox * p->y_ld) * j->size);
}

static void lines(void *argument, int64_t begin, int64_t end, int thread) {
    const job *j = argument;
    const tn_pool_op *p = j->p;
    char *line = tn_local(j->run, thread);
    size_t size = p->kind == 0 ? j->size : sizeof(float);
    /* outputs from `from` to `to` see all columns of their windows */
    int64_t from = (p->pl + p->sw - 1) / p->sw;
    int64_t reach = p->wd - 1 + p->pl - (p->kw - 1) * p->dw;
    int64_t to = reach < 0 ? 0 : reach / p->sw + 1;
    if (to > p->ow) to = p->ow;
    for (int64_t i = begin; i < end; i++) {
        int64_t row = i / j->blocks, col = i % j->blocks * BLOCK;
        int64_t first, y = row % p->oh * p->sh - p->pt;
        int64_t rows = inside(y, p->dh, p->kh, p->h, &first);
        tn_pool_line l = {.pixels = 1,
                          .channels = j->blocks > 1 && p->c - col > BLOCK ? BLOCK : p->c - col,
                          .x_step = 0,
                          .y_ld = p->y_ld,
                          .y_zp = (float)p->y_zp};
        l.tap_step = p->dw * l.channels;
        l.x_step = p->sw * l.channels;
        int64_t step = p->dh * p->wd * p->x_ld;
        int64_t place = ((row / p->oh * p->h + (rows > 0 ? y + first * p->dh : 0)) * p->wd) * p->x_ld + col;
        const char *x = j->x + (size_t)place * j->size;
        if (p->x_ld == l.channels) {
            j->k->rows(x, step, rows, p->wd * l.channels, line);
        } else {
            for (int64_t at = 0; at < p->wd; at++) {
                j->k->rows(x + (size_t)(at * p->x_ld) * j->size, step, rows, l.channels,
                           line + (size_t)(at * l.channels) * size);
            }
        }
        char *out = j->y + (size_t)(row * p->ow * p->y_ld + col) * j->size;
        for (int64_t ox = 0; ox < p->ow; ox += l.pixels) {
            l.pixels = ox >= from && ox < to ? to - ox : 1;
            columns(j, l, rows, ox, line, size, out);
        }
    }
}

size_t tn_local_pool(const void *parameters, const tn_kernels *k, int threads) {
    const tn_pool_op *p = parameters;
    return (size_t)(p->wd * p->c) * sizeof(float);
}

void tn_run_pool(tn_run *run, const void *parameters) {
    const tn_pool_op *p = parameters;
    int u8 = p->type == TN_U8;
    int kind = u8 ? (p->kind == 0 ? TN_POOL_MAX_U8 : TN_POOL_MEAN_U8)
                  : (p->kind == 0 ? TN_POOL_MAX : p->kind == 1 ? TN_POOL_MEAN : TN_POOL_L2);
    job j = {.run = run,
             .p = p,
             .x = tn_at(run, p->x),
             .y = tn_at(run, p->y),
             .size = tn_size(p->type),
             .k = &run->k->window.pool[kind]};
    j.blocks = p->n * p->oh < run->threads ? (p->c + BLOCK - 1) / BLOCK : 1;
    int64_t items = p->c > 0 && p->ow > 0 ? p->n * p->oh * j.blocks : 0;
    int64_t each = p->c / (j.blocks > 0 ? j.blocks : 1) * (p->wd * p->kh + p->ow * p->kw);
    tn_parallel(run, items, tn_grain(run, items, each, PIECE), lines, &j);
}
