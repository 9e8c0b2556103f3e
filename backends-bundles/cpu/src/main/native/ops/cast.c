/*
 * TN_CAST between all types. Frequent pairs convert at once; others by way of int64_t or double,
 * which hold every value of the narrower types (of float64 -> float16 and bfloat16: by way of
 * float32, as ONNX Runtime does).
 *
 * Float to integer is towards zero; ONNX leaves open what becomes of numbers out of range: here
 * they are clamped to int64_t (NaN: 0), then the low bits are taken.
 */
#include <stdbool.h>

#include "half.h"
#include "kernels.h"

#define CHUNK 512
#define GRAIN 16384

typedef struct cast {
    const tn_kernels *k;
    const char *x;
    char *y;
    int64_t from, to;
} cast;

static inline int64_t whole(double x) {
    if (x != x) {
        return 0;
    }
    return x >= 0x1p63 ? INT64_MAX : x <= -0x1p63 ? INT64_MIN : (int64_t)x;
}

/* TN_U64 has a range of its own. */
static inline uint64_t whole_unsigned(double x) {
    if (x < 0x1p63) {
        return (uint64_t)whole(x);
    }
    return x >= 0x1p64 ? UINT64_MAX : x != x ? 0 : (uint64_t)x;
}

static int is_float(int64_t type) {
    return type == TN_F32 || type == TN_F64 || type == TN_F16 || type == TN_BF16;
}

#define LOOP(n, statement)                     \
    for (int64_t i = 0; i < n; i++) statement; \
    break

/* Converts a chunk of integers (bool: 0 or 1) to int64_t. */
static void widen(const void *x, int64_t from, int64_t n, int64_t *wide) {
    switch (from) {
        case TN_U8: LOOP(n, wide[i] = ((const uint8_t *)x)[i]);
        case TN_S8: LOOP(n, wide[i] = ((const int8_t *)x)[i]);
        case TN_I16: LOOP(n, wide[i] = ((const int16_t *)x)[i]);
        case TN_U16: LOOP(n, wide[i] = ((const uint16_t *)x)[i]);
        case TN_I32: LOOP(n, wide[i] = ((const int32_t *)x)[i]);
        case TN_U32: LOOP(n, wide[i] = ((const uint32_t *)x)[i]);
        case TN_BOOL: LOOP(n, wide[i] = ((const uint8_t *)x)[i] != 0);
        default: LOOP(n, wide[i] = ((const int64_t *)x)[i]);
    }
}

static void widen_float(const void *x, int64_t from, int64_t n, double *wide) {
    switch (from) {
        case TN_F32: LOOP(n, wide[i] = ((const float *)x)[i]);
        case TN_F16: LOOP(n, wide[i] = tn_from_f16(((const uint16_t *)x)[i]));
        case TN_BF16: LOOP(n, wide[i] = tn_from_bf16(((const uint16_t *)x)[i]));
        default: LOOP(n, wide[i] = ((const double *)x)[i]);
    }
}

/* `value` is an expression of wide[i] that is an integer, or a number to round to a float. */
#define NARROW_TO_INTEGERS(value)                                 \
    case TN_U8: LOOP(n, ((uint8_t *)y)[i] = (uint8_t)(value));    \
    case TN_S8: LOOP(n, ((int8_t *)y)[i] = (int8_t)(value));      \
    case TN_I16: LOOP(n, ((int16_t *)y)[i] = (int16_t)(value));   \
    case TN_U16: LOOP(n, ((uint16_t *)y)[i] = (uint16_t)(value)); \
    case TN_I32: LOOP(n, ((int32_t *)y)[i] = (int32_t)(value));   \
    case TN_U32: LOOP(n, ((uint32_t *)y)[i] = (uint32_t)(value)); \
    case TN_I64: LOOP(n, ((int64_t *)y)[i] = (int64_t)(value))

#define NARROW_TO_FLOATS(value)                                             \
    case TN_F32: LOOP(n, ((float *)y)[i] = (float)(value));                 \
    case TN_F16: LOOP(n, ((uint16_t *)y)[i] = tn_to_f16((float)(value)));   \
    case TN_BF16: LOOP(n, ((uint16_t *)y)[i] = tn_to_bf16((float)(value))); \
    case TN_F64: LOOP(n, ((double *)y)[i] = (double)(value))

static void narrow(const int64_t *wide, int is_unsigned, int64_t n, void *y, int64_t to) {
    if (is_unsigned && is_float(to)) {
        const uint64_t *u = (const uint64_t *)wide;
        switch (to) { NARROW_TO_FLOATS(u[i]); }
        return;
    }
    switch (to) {
        NARROW_TO_INTEGERS(wide[i]);
        NARROW_TO_FLOATS(wide[i]);
        case TN_U64: LOOP(n, ((uint64_t *)y)[i] = (uint64_t)wide[i]);
        case TN_BOOL: LOOP(n, ((uint8_t *)y)[i] = wide[i] != 0);
    }
}

static void narrow_float(const double *wide, int64_t n, void *y, int64_t to) {
    switch (to) {
        NARROW_TO_INTEGERS(whole(wide[i]));
        NARROW_TO_FLOATS(wide[i]);
        case TN_U64: LOOP(n, ((uint64_t *)y)[i] = whole_unsigned(wide[i]));
        case TN_BOOL: LOOP(n, ((uint8_t *)y)[i] = wide[i] != 0);
    }
}

#define PAIR(from, to) ((from) * TN_TYPES + (to))
#define DIRECT(FROM, from_type, TO, to_type, value)     \
    case PAIR(FROM, TO): {                              \
        const from_type *a = (const from_type *)x;      \
        to_type *b = (to_type *)y;                      \
        for (int64_t i = 0; i < n; i++) b[i] = (value); \
        return 1;                                       \
    }

/* The frequent ones; 0 if this pair is none. */
static int direct(const void *x, void *y, int64_t n, int64_t from, int64_t to) {
    switch (PAIR(from, to)) {
        DIRECT(TN_I32, int32_t, TN_F32, float, (float)a[i])
        DIRECT(TN_I64, int64_t, TN_F32, float, (float)a[i])
        DIRECT(TN_BOOL, uint8_t, TN_F32, float, a[i] != 0)
        DIRECT(TN_F32, float, TN_BOOL, uint8_t, a[i] != 0)
        DIRECT(TN_F32, float, TN_I64, int64_t, whole(a[i]))
        DIRECT(TN_F32, float, TN_F16, uint16_t, tn_to_f16(a[i]))
        DIRECT(TN_F32, float, TN_BF16, uint16_t, tn_to_bf16(a[i]))
        DIRECT(TN_F16, uint16_t, TN_F32, float, tn_from_f16(a[i]))
        DIRECT(TN_BF16, uint16_t, TN_F32, float, tn_from_bf16(a[i]))
        DIRECT(TN_I32, int32_t, TN_I64, int64_t, a[i])
        DIRECT(TN_I64, int64_t, TN_I32, int32_t, (int32_t)a[i])
        DIRECT(TN_BOOL, uint8_t, TN_I64, int64_t, a[i] != 0)
        default: return 0;
    }
}

static void cast_task(void *argument, int64_t begin, int64_t end, int thread) {
    const cast *c = argument;
    size_t from_size = tn_size(c->from);
    size_t to_size = tn_size(c->to);
    const char *x = c->x + begin * (int64_t)from_size;
    char *y = c->y + begin * (int64_t)to_size;
    if (c->from == c->to) {
        memcpy(y, x, (size_t)(end - begin) * from_size);
        return;
    }
    if (c->to == TN_F32 && (c->from == TN_U8 || c->from == TN_S8)) {
        c->k->math.dequantize((const uint8_t *)x, (float *)(void *)y, end - begin, 1, 0, c->from == TN_S8);
        return;
    }
    if (direct(x, y, end - begin, c->from, c->to)) {
        return;
    }
    for (int64_t i = begin; i < end; i += CHUNK) {
        int64_t n = end - i < CHUNK ? end - i : CHUNK;
        if (is_float(c->from)) {
            double wide[CHUNK];
            widen_float(x, c->from, n, wide);
            narrow_float(wide, n, y, c->to);
        } else {
            int64_t wide[CHUNK];
            widen(x, c->from, n, wide);
            narrow(wide, c->from == TN_U64, n, y, c->to);
        }
        x += n * (int64_t)from_size;
        y += n * (int64_t)to_size;
    }
}

void tn_run_cast(tn_run *run, const void *parameters) {
    const tn_cast *p = parameters;
    cast c = {run->k, tn_at(run, p->x), tn_at(run, p->y), p->from, p->to};
    tn_parallel(run, p->n, GRAIN, cast_task, &c);
}
