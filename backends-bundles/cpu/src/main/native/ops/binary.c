/* TN_BINARY, TN_SELECT: broadcasting. */
#include "binary.h"

#include "half.h"
#include "kernels.h"
#include "walk.h"

#define GRAIN_ELEMENTS 32768
/* Elements that are made dense and TN_F32 at a time. */
#define STEP 256

typedef struct binary_job {
    tn_run *run;
    const tn_binary *p;
    tn_walk walk;
    const char *a, *b;
    char *y;
} binary_job;

static void floats(int64_t type, const char *x, int64_t stride, int64_t n, float *y) {
    switch (type) {
        case TN_F32:
            for (int64_t i = 0; i < n; i++) y[i] = ((const float *)(const void *)x)[i * stride];
            break;
        case TN_F16:
            for (int64_t i = 0; i < n; i++) {
                y[i] = tn_from_f16(((const uint16_t *)(const void *)x)[i * stride]);
            }
            break;
        default:
            for (int64_t i = 0; i < n; i++) {
                y[i] = tn_from_bf16(((const uint16_t *)(const void *)x)[i * stride]);
            }
    }
}

static void halves(int64_t type, const float *x, int64_t n, uint16_t *y) {
    for (int64_t i = 0; i < n; i++) y[i] = type == TN_F16 ? tn_to_f16(x[i]) : tn_to_bf16(x[i]);
}

/* A dense or broadcast operand as it is; any other by way of `buffer`. */
static tn_operand operand(int64_t type, const char *x, int64_t stride, int64_t n, float *buffer) {
    if (type == TN_F32 && (stride == 0 || stride == 1)) {
        return (tn_operand){(const float *)(const void *)x, stride};
    }
    floats(type, x, stride, n, buffer);
    return (tn_operand){buffer, 1};
}

static void stretch_floats(const binary_job *j, const char *a, int64_t a_stride, const char *b,
                           int64_t b_stride, int64_t at, int64_t n) {
    const tn_binary *p = j->p;
    const struct tn_k_math *k = &j->run->k->math;
    int64_t size = (int64_t)tn_size(p->type);
    int direct = p->type == TN_F32 && (uint64_t)a_stride <= 1 && (uint64_t)b_stride <= 1;
    int64_t step = direct ? n : STEP;
    for (int64_t i = 0; i < n; i += step) {
        float left[STEP], right[STEP], result[STEP];
        int64_t part = n - i < step ? n - i : step;
        tn_operand x = operand(p->type, a + i * a_stride * size, a_stride, part, left);
        tn_operand z = operand(p->type, b + i * b_stride * size, b_stride, part, right);
        if (p->fn2 >= TN_EQUAL) {
            k->compare(x, z, (uint8_t *)j->y + at + i, part, p->fn2);
        } else if (p->type == TN_F32) {
            k->binary(x, z, (float *)(void *)j->y + at + i, part, p->fn2);
        } else {
            k->binary(x, z, result, part, p->fn2);
            halves(p->type, result, part, (uint16_t *)(void *)j->y + at + i);
        }
    }
}

static void stretch(void *argument, const int64_t *offsets, int64_t at, int64_t n) {
    const binary_job *j = argument;
    const tn_binary *p = j->p;
    int inner = j->walk.rank - 1;
    int64_t size = (int64_t)tn_size(p->type);
    const char *a = j->a + offsets[0] * size;
    const char *b = j->b + offsets[1] * size;
    int64_t a_stride = j->walk.strides[0][inner];
    int64_t b_stride = j->walk.strides[1][inner];
    if (p->type == TN_F32 || p->type == TN_F16 || p->type == TN_BF16) {
        stretch_floats(j, a, a_stride, b, b_stride, at, n);
        return;
    }
    char *y = j->y + at * (p->fn2 >= TN_EQUAL ? 1 : size);
    const char *wrong = tn_binary_elements(p->fn2, p->type, a, a_stride, b, b_stride, y, n);
    if (wrong != NULL) {
        tn_fail(j->run, "%s", wrong);
    }
}

static void binary_part(void *argument, int64_t begin, int64_t end, int thread) {
    binary_job *j = argument;
    tn_walk_over(&j->walk, begin, end, stretch, j);
}

void tn_run_binary(tn_run *run, const void *parameters) {
    const tn_binary *p = parameters;
    const int64_t *strides[] = {p->a_strides, p->b_strides};
    binary_job j = {run, p, tn_walk_of(p->rank, p->dims, 2, strides), tn_at(run, p->a),
                    tn_at(run, p->b), tn_at(run, p->y)};
    int logic = p->fn2 >= TN_AND;
    int floating = p->type == TN_F32 || p->type == TN_F16 || p->type == TN_BF16;
    if (logic && floating) {
        tn_fail(run, "a function of truth values is asked of floats");
        return;
    }
    tn_parallel(run, j.walk.total, GRAIN_ELEMENTS, binary_part, &j);
}

typedef struct select_job {
    const tn_select *p;
    tn_walk walk;
    const uint8_t *condition;
    const char *a, *b;
    char *y;
} select_job;

static void select_stretch(void *argument, const int64_t *offsets, int64_t at, int64_t n) {
    const select_job *j = argument;
    int inner = j->walk.rank - 1;
    const uint8_t *c = j->condition + offsets[0];
    int64_t cs = j->walk.strides[0][inner];
    int64_t as = j->walk.strides[1][inner];
    int64_t bs = j->walk.strides[2][inner];
    switch (j->p->size) {
#define CASE(size, type)                                          \
    case size: {                                                  \
        const type *a = (const type *)(const void *)j->a + offsets[1]; \
        const type *b = (const type *)(const void *)j->b + offsets[2]; \
        type *y = (type *)(void *)j->y + at;                      \
        for (int64_t i = 0; i < n; i++) {                         \
            type left = a[i * as], right = b[i * bs];             \
            y[i] = c[i * cs] ? left : right;                      \
        }                                                         \
        break;                                                    \
    }
        CASE(1, uint8_t)
        CASE(2, uint16_t)
        CASE(4, uint32_t)
        CASE(8, uint64_t)
#undef CASE
        default: break;
    }
}

static void select_part(void *argument, int64_t begin, int64_t end, int thread) {
    select_job *j = argument;
    tn_walk_over(&j->walk, begin, end, select_stretch, j);
}

void tn_run_select(tn_run *run, const void *parameters) {
    const tn_select *p = parameters;
    const int64_t *strides[] = {p->c_strides, p->a_strides, p->b_strides};
    select_job j = {p, tn_walk_of(p->rank, p->dims, 3, strides), tn_at(run, p->condition),
                    tn_at(run, p->a), tn_at(run, p->b), tn_at(run, p->y)};
    if (p->size != 1 && p->size != 2 && p->size != 4 && p->size != 8) {
        tn_fail(run, "TN_SELECT has no elements of %d bytes", (int)p->size);
        return;
    }
    tn_parallel(run, j.walk.total, GRAIN_ELEMENTS, select_part, &j);
}
