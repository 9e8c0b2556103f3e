/* TN_UNARY, TN_CHAIN: element by element. */
#include <string.h>

#include "grain.h"
#include "kernels.h"

typedef struct unary_job {
    const tn_kernels *k;
    const tn_unary *p;
    const float *x;
    float *y;
} unary_job;

static void unary_part(void *argument, int64_t begin, int64_t end, int thread) {
    const unary_job *j = argument;
    j->k->math.unary(j->x + begin, j->y + begin, end - begin, j->p->fn, (float)j->p->a,
                     (float)j->p->b);
}

void tn_run_unary(tn_run *run, const void *parameters) {
    const tn_unary *p = parameters;
    unary_job j = {run->k, p, tn_at(run, p->x), tn_at(run, p->y)};
    if (p->fn < 0 || p->fn >= TN_FNS) {
        tn_fail(run, "TN_UNARY has no function %d", (int)p->fn);
        return;
    }
    tn_parallel(run, p->n, 32768, unary_part, &j);
}

/* Elements that go through all steps before the next ones do. */
#define BLOCK 1024

typedef struct chain_job {
    tn_run *run;
    const tn_chain *p;
    const float *x;
    float *y;
    const float *operands[TN_CHAIN_STEPS];
    /** Rows and columns of a block. */
    int64_t block_rows, block_cols;
} chain_job;

/** A thread's memory: the block, and the operands that had to be spread over one. */
typedef struct chain_scratch {
    float block[BLOCK];
    float operands[TN_CHAIN_STEPS][BLOCK];
} chain_scratch;

/** A block's place. */
typedef struct chain_place {
    int64_t row, col, rows, cols;
} chain_place;

static const float *row_of(const chain_job *j, int s, int64_t row) {
    const tn_step *step = &j->p->step[s];
    return j->operands[s] + row / step->repeat * step->ld;
}

/* The operand of step s for a block; `spread` remembers the row that its buffer is filled with. */
static tn_operand chain_operand(const chain_job *j, int s, chain_place at, float *buffer,
                                const float **spread) {
    const tn_step *step = &j->p->step[s];
    const float *first = row_of(j, s, at.row) + at.col * step->col_stride;
    int same = step->ld == 0 || at.row / step->repeat == (at.row + at.rows - 1) / step->repeat;
    int dense = step->col_stride == 1 && step->repeat == 1 && step->ld == at.cols;
    if (at.rows == 1 || dense || (same && step->col_stride == 0)) {
        return (tn_operand){first, step->col_stride};
    }
    if (!same || *spread != first) {
        for (int64_t r = 0; r < j->block_rows && (same || r < at.rows); r++) {
            const float *from = same ? first : row_of(j, s, at.row + r);
            float *to = buffer + r * at.cols;
            for (int64_t c = 0; c < at.cols; c++) to[c] = from[c * step->col_stride];
        }
        *spread = same ? first : NULL;
    }
    return (tn_operand){buffer, 1};
}

static void copy_rows(const float *x, int64_t x_ld, float *y, int64_t y_ld, chain_place at) {
    for (int64_t r = 0; r < at.rows; r++) {
        memcpy(y + r * y_ld, x + r * x_ld, (size_t)at.cols * sizeof(float));
    }
}

static void chain_block(const chain_job *j, chain_place at, chain_scratch *scratch,
                        const float **spread) {
    const tn_chain *p = j->p;
    const struct tn_k_math *k = &j->run->k->math;
    int64_t n = at.rows * at.cols;
    const float *v = j->x + at.row * p->x_ld + at.col;
    float *y = j->y + at.row * p->y_ld + at.col;
    int y_dense = at.rows == 1 || p->y_ld == at.cols;
    if (at.rows > 1 && p->x_ld != at.cols) {
        copy_rows(v, p->x_ld, scratch->block, at.cols, at);
        v = scratch->block;
    }
    for (int s = 0; s < p->steps; s++) {
        const tn_step *step = &p->step[s];
        float *to = s == p->steps - 1 && y_dense ? y : scratch->block;
        if (!step->binary) {
            k->unary(v, to, n, step->fn, (float)step->a, (float)step->b);
        } else {
            float number = (float)step->a;
            tn_operand self = {v, 1};
            tn_operand other = {&number, 0};
            if (j->operands[s] != NULL) {
                other = chain_operand(j, s, at, scratch->operands[s], spread + s);
            }
            k->binary(step->swapped ? other : self, step->swapped ? self : other, to, n, step->fn);
        }
        v = to;
    }
    if (v != y) {
        copy_rows(v, p->steps == 0 && v != scratch->block ? p->x_ld : at.cols, y, p->y_ld, at);
    }
}

/* Items are groups of rows. */
static void chain_part(void *argument, int64_t begin, int64_t end, int thread) {
    const chain_job *j = argument;
    const tn_chain *p = j->p;
    chain_scratch *scratch = tn_local(j->run, thread);
    const float *spread[TN_CHAIN_STEPS] = {0};
    for (int64_t i = begin; i < end; i++) {
        int64_t row = i * j->block_rows;
        int64_t rows = p->rows - row < j->block_rows ? p->rows - row : j->block_rows;
        for (int64_t col = 0; col < p->cols; col += j->block_cols) {
            int64_t cols = p->cols - col < j->block_cols ? p->cols - col : j->block_cols;
            chain_block(j, (chain_place){row, col, rows, cols}, scratch, spread);
        }
    }
}

size_t tn_local_chain(const void *parameters, const tn_kernels *k, int threads) {
    return sizeof(chain_scratch);
}

void tn_run_chain(tn_run *run, const void *parameters) {
    const tn_chain *p = parameters;
    if (p->rows <= 0 || p->cols <= 0) {
        return;
    }
    chain_job j = {run, p, tn_at(run, p->x), tn_at(run, p->y), {0}, 1, BLOCK};
    if (p->cols < BLOCK) {
        j.block_rows = BLOCK / p->cols;
        j.block_cols = p->cols;
    }
    for (int s = 0; s < p->steps; s++) {
        const tn_step *step = &p->step[s];
        j.operands[s] = tn_at(run, step->operand);
        int known = step->binary ? step->fn >= TN_ADD && step->fn <= TN_FMOD
                                 : step->fn >= 0 && step->fn < TN_FNS;
        if (!known || (j.operands[s] != NULL && step->repeat < 1)) {
            tn_fail(run, "step %d of a chain has no function %d", s, (int)step->fn);
            return;
        }
    }
    int64_t groups = (p->rows + j.block_rows - 1) / j.block_rows;
    double nanos = 0.2 * (double)(p->steps * j.block_rows * p->cols);
    tn_parallel(run, groups, tn_grain(nanos), chain_part, &j);
}
