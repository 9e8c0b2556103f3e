/* Functions of two integers, truth values or doubles. */
#include "binary.h"

#include <math.h>

static const char by_zero[] = "an integer is divided by 0";
static const char not_defined[] = "a function of two numbers is not defined for this type";

/* Integers wrap around, so they are added and multiplied without signs. */
static uint64_t power(uint64_t base, uint64_t exponent) {
    uint64_t result = 1;
    for (; exponent != 0; exponent >>= 1, base *= base) {
        if (exponent & 1) result *= base;
    }
    return result;
}

static int64_t signed_power(int64_t base, int64_t exponent) {
    if (exponent < 0) {
        return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
    }
    return (int64_t)power((uint64_t)base, (uint64_t)exponent);
}

/* Towards zero; the smallest number divided by -1 wraps around. */
static int64_t quotient(int64_t a, int64_t b) {
    return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

/* With the sign of the dividend. */
static int64_t rest(int64_t a, int64_t b) {
    return b == -1 ? 0 : a % b;
}

/* With the sign of the divisor. */
static int64_t modulo(int64_t a, int64_t b) {
    int64_t r = rest(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

static double modulo_f64(double a, double b) {
    double r = fmod(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

#define EACH(type, result, expression)              \
    for (int64_t i = 0; i < n; i++) {               \
        type v = ((const type *)a)[i * a_stride];   \
        type w = ((const type *)b)[i * b_stride];   \
        ((result *)y)[i] = (result)(expression);    \
    }                                               \
    return NULL

#define DIVISION(type, expression)                      \
    for (int64_t i = 0; i < n; i++) {                   \
        type v = ((const type *)a)[i * a_stride];       \
        type w = ((const type *)b)[i * b_stride];       \
        if (w == 0) return by_zero;                     \
        ((type *)y)[i] = (type)(expression);            \
    }                                                   \
    return NULL

#define COMPARISONS(type)                                  \
    case TN_EQUAL: EACH(type, uint8_t, v == w);            \
    case TN_LESS: EACH(type, uint8_t, v < w);              \
    case TN_LESS_EQUAL: EACH(type, uint8_t, v <= w);       \
    case TN_GREATER: EACH(type, uint8_t, v > w);           \
    case TN_GREATER_EQUAL: EACH(type, uint8_t, v >= w);

#define PARAMETERS                                                                           \
    int64_t fn2, const void *a, int64_t a_stride, const void *b, int64_t b_stride, void *y, \
        int64_t n

#define SIGNED(name, type)                                                        \
    static const char *name(PARAMETERS) {                                         \
        switch (fn2) {                                                            \
            case TN_ADD: EACH(type, type, (uint64_t)v + (uint64_t)w);             \
            case TN_SUB: EACH(type, type, (uint64_t)v - (uint64_t)w);             \
            case TN_MUL: EACH(type, type, (uint64_t)v * (uint64_t)w);             \
            case TN_DIV: DIVISION(type, quotient(v, w));                          \
            case TN_MAX: EACH(type, type, v > w ? v : w);                         \
            case TN_MIN: EACH(type, type, v < w ? v : w);                         \
            case TN_POW: EACH(type, type, signed_power(v, w));                    \
            case TN_PRELU: EACH(type, type, v >= 0 ? (uint64_t)v : (uint64_t)v * (uint64_t)w); \
            case TN_MOD: DIVISION(type, modulo(v, w));                            \
            case TN_FMOD: DIVISION(type, rest(v, w));                             \
                COMPARISONS(type)                                                 \
            default: return not_defined;                                          \
        }                                                                         \
    }

#define UNSIGNED(name, type)                                          \
    static const char *name(PARAMETERS) {                             \
        switch (fn2) {                                                \
            case TN_ADD: EACH(type, type, (uint64_t)v + w);           \
            case TN_SUB: EACH(type, type, (uint64_t)v - w);           \
            case TN_MUL: EACH(type, type, (uint64_t)v * w);           \
            case TN_DIV: DIVISION(type, v / w);                       \
            case TN_MAX: EACH(type, type, v > w ? v : w);             \
            case TN_MIN: EACH(type, type, v < w ? v : w);             \
            case TN_POW: EACH(type, type, power(v, w));               \
            case TN_PRELU: EACH(type, type, ((void)w, v));             \
            case TN_MOD:                                              \
            case TN_FMOD: DIVISION(type, v % w);                      \
                COMPARISONS(type)                                     \
            default: return not_defined;                              \
        }                                                             \
    }

SIGNED(of_s8, int8_t)
SIGNED(of_i16, int16_t)
SIGNED(of_i32, int32_t)
SIGNED(of_i64, int64_t)
UNSIGNED(of_u8, uint8_t)
UNSIGNED(of_u16, uint16_t)
UNSIGNED(of_u32, uint32_t)
UNSIGNED(of_u64, uint64_t)

static const char *of_f64(PARAMETERS) {
    switch (fn2) {
        case TN_ADD: EACH(double, double, v + w);
        case TN_SUB: EACH(double, double, v - w);
        case TN_MUL: EACH(double, double, v * w);
        case TN_DIV: EACH(double, double, v / w);
        case TN_MAX: EACH(double, double, v != v || v > w ? v : w);
        case TN_MIN: EACH(double, double, v != v || v < w ? v : w);
        case TN_POW: EACH(double, double, pow(v, w));
        case TN_PRELU: EACH(double, double, v < 0 ? v * w : v);
        case TN_MOD: EACH(double, double, modulo_f64(v, w));
        case TN_FMOD: EACH(double, double, fmod(v, w));
            COMPARISONS(double)
        default: return not_defined;
    }
}

/* A byte that is not 0 is true, whatever its value. */
static const char *of_bool(PARAMETERS) {
    switch (fn2) {
        case TN_AND: EACH(uint8_t, uint8_t, v && w);
        case TN_OR: EACH(uint8_t, uint8_t, v || w);
        case TN_XOR: EACH(uint8_t, uint8_t, !v != !w);
        case TN_EQUAL: EACH(uint8_t, uint8_t, !v == !w);
        default: return not_defined;
    }
}

const char *tn_binary_elements(int64_t fn2, int64_t type, const void *a, int64_t a_stride,
                               const void *b, int64_t b_stride, void *y, int64_t n) {
    switch (type) {
#define CASE(type, name) \
    case type: return name(fn2, a, a_stride, b, b_stride, y, n);
        CASE(TN_U8, of_u8)
        CASE(TN_S8, of_s8)
        CASE(TN_I32, of_i32)
        CASE(TN_I64, of_i64)
        CASE(TN_BOOL, of_bool)
        CASE(TN_F64, of_f64)
        CASE(TN_I16, of_i16)
        CASE(TN_U16, of_u16)
        CASE(TN_U32, of_u32)
        CASE(TN_U64, of_u64)
#undef CASE
        default: return not_defined;
    }
}
