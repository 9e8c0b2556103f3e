/* TN_LUT, TN_QBINARY: from 8-bit codes to 8-bit codes. */
#include "grain.h"
#include "kernels.h"

typedef struct lut_job {
    const tn_kernels *k;
    const uint8_t *x, *lut;
    uint8_t *y;
    int64_t cols, x_ld, y_ld;
} lut_job;

static void lut_rows(void *argument, int64_t begin, int64_t end, int thread) {
    const lut_job *j = argument;
    j->k->math.lut(j->x + begin * j->x_ld, j->x_ld, j->y + begin * j->y_ld, j->y_ld, end - begin,
                   j->cols, j->lut);
}

static void lut_flat(void *argument, int64_t begin, int64_t end, int thread) {
    const lut_job *j = argument;
    j->k->math.lut(j->x + begin, 0, j->y + begin, 0, 1, end - begin, j->lut);
}

void tn_run_lut(tn_run *run, const void *parameters) {
    const tn_lut *p = parameters;
    lut_job j = {run->k, tn_at(run, p->x), tn_at(run, p->lut), tn_at(run, p->y),
                 p->cols, p->x_ld, p->y_ld};
    if (p->x_ld == p->cols && p->y_ld == p->cols) {
        tn_parallel(run, p->rows * p->cols, 1 << 17, lut_flat, &j);
    } else {
        tn_parallel(run, p->rows, tn_grain(5 + 0.3 * (double)p->cols), lut_rows, &j);
    }
}

typedef struct qbinary_job {
    const tn_kernels *k;
    const tn_qbinary *p;
    tn_qpair pair;
    const uint8_t *a, *b, *lut;
    uint8_t *y;
} qbinary_job;

/* Rows begin to end of a, which may go with several rows of b. */
static void qbinary_rows(void *argument, int64_t begin, int64_t end, int thread) {
    const qbinary_job *j = argument;
    const tn_qbinary *p = j->p;
    for (int64_t r = begin; r < end;) {
        int64_t group = r / p->b_repeat;
        int64_t last = (group + 1) * p->b_repeat < end ? (group + 1) * p->b_repeat : end;
        uint8_t *y = j->y + r * p->y_ld;
        j->k->math.qbinary(&j->pair, j->a + r * p->a_ld, p->a_ld, j->b + group * p->b_ld, y,
                           p->y_ld, last - r, p->cols);
        if (j->lut) {
            j->k->math.lut(y, p->y_ld, y, p->y_ld, last - r, p->cols, j->lut);
        }
        r = last;
    }
}

static void qbinary_flat(void *argument, int64_t begin, int64_t end, int thread) {
    const qbinary_job *j = argument;
    enum { STEP = 8192 };
    for (int64_t i = begin; i < end; i += STEP) {
        int64_t n = end - i < STEP ? end - i : STEP;
        j->k->math.qbinary(&j->pair, j->a + i, n, j->b + i, j->y + i, n, 1, n);
        if (j->lut) {
            j->k->math.lut(j->y + i, 0, j->y + i, 0, 1, n, j->lut);
        }
    }
}

void tn_run_qbinary(tn_run *run, const void *parameters) {
    const tn_qbinary *p = parameters;
    if (p->fn2 < TN_ADD || p->fn2 > TN_MIN) {
        tn_fail(run, "TN_QBINARY has no function %d", (int)p->fn2);
        return;
    }
    qbinary_job j = {run->k, p,
                     {p->fn2, (float)p->a_scale, (float)p->b_scale, (float)p->out_inv_scale,
                      (int32_t)p->a_zp, (int32_t)p->b_zp, (int32_t)p->out_zp},
                     tn_at(run, p->a), tn_at(run, p->b), tn_at(run, p->lut), tn_at(run, p->y)};
    int dense = p->a_ld == p->cols && p->b_ld == p->cols && p->y_ld == p->cols;
    if (dense && p->b_repeat == 1) {
        tn_parallel(run, p->rows * p->cols, 1 << 16, qbinary_flat, &j);
    } else {
        tn_parallel(run, p->rows, tn_grain(5 + 0.5 * (double)p->cols), qbinary_rows, &j);
    }
}
