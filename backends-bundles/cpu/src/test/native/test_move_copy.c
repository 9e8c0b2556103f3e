/* TN_COPY, TN_FILL and TN_CAST against loops over single elements. */
#include "half.h"
#include "test.h"

static int64_t offset(const int64_t *dims, const int64_t *strides, int rank, int64_t item) {
    int64_t at = 0;
    for (int i = rank - 1; i >= 0; i--) {
        at += item % dims[i] * strides[i];
        item /= dims[i];
    }
    return at;
}

/* Copies, and checks every byte of y, those between its elements included. */
static void check_copy(tn_copy p, int64_t x_from, int64_t x_bytes, int64_t y_bytes, int threads) {
    int64_t count = 1;
    for (int i = 0; i < p.rank; i++) count *= p.dims[i];
    char *x = (char *)random_bytes((size_t)x_bytes);
    char *y = fresh((size_t)y_bytes);
    char *expected = fresh((size_t)y_bytes);
    for (int64_t i = 0; i < count; i++) {
        memcpy(expected + offset(p.dims, p.y_strides, (int)p.rank, i) * p.size,
               x + x_from + offset(p.dims, p.x_strides, (int)p.rank, i) * p.size, (size_t)p.size);
    }
    p.x = at(x + x_from);
    p.y = at(y);
    const char *error = run_op(TN_COPY, &p, sizeof p, threads);
    CHECK(error[0] == 0 && memcmp(y, expected, (size_t)y_bytes) == 0,
          "copy of rank %d, size %d, dims %d %d %d: %s", (int)p.rank, (int)p.size, (int)p.dims[0],
          (int)p.dims[1], (int)p.dims[2], error);
    free(x);
    free(y);
    free(expected);
}

/* y dense, its dims a permutation of those of x, some of which may run backwards. */
static void check_permutation(const int64_t *x_dims, int rank, int size, int backwards, int gap,
                              int threads) {
    tn_copy p;
    memset(&p, 0, sizeof p);
    p.size = size;
    p.rank = rank;
    int64_t strides[8];
    int order[8];
    int64_t step = 1;
    for (int i = rank - 1; i >= 0; i--) {
        strides[i] = step;
        step *= x_dims[i] + (i == rank - 1 ? gap : 0);
        order[i] = i;
    }
    for (int i = rank - 1; i > 0; i--) {
        int other = random_int(0, i);
        int kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    int64_t from = 0;
    int64_t y_step = 1;
    for (int i = rank - 1; i >= 0; i--) {
        p.dims[i] = x_dims[order[i]];
        p.x_strides[i] = strides[order[i]];
        p.y_strides[i] = y_step;
        y_step *= p.dims[i];
        if (backwards && p.dims[i] > 0 && random_int(0, 1)) {
            from += p.x_strides[i] * (p.dims[i] - 1);
            p.x_strides[i] = -p.x_strides[i];
        }
    }
    check_copy(p, from * size, step * size, y_step * size, threads);
}

static void copies(void) {
    static const int sizes[] = {1, 2, 4, 8, 3, 12};
    for (int round = 0; round < 400; round++) {
        int64_t dims[8];
        int rank = random_int(0, 5);
        for (int i = 0; i < rank; i++) dims[i] = random_int(round % 20 == 0 ? 0 : 1, 7);
        check_permutation(dims, rank, sizes[round % 6], round % 3 == 0, round % 5, 1 + round % 3);
    }
    for (int round = 0; round < 60; round++) {
        int64_t dims[3] = {random_int(1, 3), random_int(1, 70), random_int(1, 200)};
        check_permutation(dims, 3, sizes[round % 4], 0, round % 2, 1 + 2 * (round % 2));
    }
    /* large enough for several threads */
    int64_t picture[3] = {2, 67, 1500};
    for (int i = 0; i < 8; i++) check_permutation(picture, 3, sizes[i % 4], 0, 0, 3);
    int64_t flat[1] = {300001};
    check_permutation(flat, 1, 1, 0, 0, 3);
    check_permutation(flat, 1, 4, 1, 0, 3);
    /* broadcast in x, gaps in y */
    tn_copy p = {
        .size = 4, .rank = 3, .dims = {3, 5, 7}, .x_strides = {0, 1, 0}, .y_strides = {100, 14, 2}};
    check_copy(p, 0, 5 * 4, 300 * 4, 1);
    tn_copy wide = {
        .size = 1, .rank = 2, .dims = {50, 4}, .x_strides = {12, 1}, .y_strides = {8, 1}};
    check_copy(wide, 1, 601, 400, 1);
}

static void fills(void) {
    for (int size = 1; size <= 8; size *= 2) {
        for (int n = 0; n < 200000; n = n * 7 + 1) {
            uint8_t *y = fresh((size_t)(n * size + 1));
            tn_fill p = {at(y), n, size, 0x0123456789ABCDEF};
            run_op(TN_FILL, &p, sizeof p, 3);
            int wrong = y[n * size] != 0xAB;
            for (int i = 0; i < n; i++) wrong += memcmp(y + i * size, &p.value, (size_t)size) != 0;
            CHECK(wrong == 0, "fill of %d elements of %d bytes: %d are wrong", n, size, wrong);
            free(y);
        }
    }
}

/* An element as a number; exact for all types but large 64-bit integers, which are not used. */
static double number(const void *x, int64_t type, int64_t i) {
    switch (type) {
        case TN_F32: return ((const float *)x)[i];
        case TN_U8: return ((const uint8_t *)x)[i];
        case TN_S8: return ((const int8_t *)x)[i];
        case TN_I32: return ((const int32_t *)x)[i];
        case TN_I64: return (double)((const int64_t *)x)[i];
        case TN_BOOL: return ((const uint8_t *)x)[i];
        case TN_BF16: return tn_from_bf16(((const uint16_t *)x)[i]);
        case TN_F16: return tn_from_f16(((const uint16_t *)x)[i]);
        case TN_F64: return ((const double *)x)[i];
        case TN_I16: return ((const int16_t *)x)[i];
        case TN_U16: return ((const uint16_t *)x)[i];
        case TN_U32: return ((const uint32_t *)x)[i];
        default: return (double)((const uint64_t *)x)[i];
    }
}

static void put(void *x, int64_t type, int64_t i, double v) {
    switch (type) {
        case TN_F32: ((float *)x)[i] = (float)v; break;
        case TN_U8: ((uint8_t *)x)[i] = (uint8_t)(int64_t)v; break;
        case TN_S8: ((int8_t *)x)[i] = (int8_t)(int64_t)v; break;
        case TN_I32: ((int32_t *)x)[i] = (int32_t)v; break;
        case TN_I64: ((int64_t *)x)[i] = (int64_t)v; break;
        case TN_BOOL: ((uint8_t *)x)[i] = v != 0; break;
        case TN_BF16: ((uint16_t *)x)[i] = tn_to_bf16((float)v); break;
        case TN_F16: ((uint16_t *)x)[i] = tn_to_f16((float)v); break;
        case TN_F64: ((double *)x)[i] = v; break;
        case TN_I16: ((int16_t *)x)[i] = (int16_t)(int64_t)v; break;
        case TN_U16: ((uint16_t *)x)[i] = (uint16_t)(int64_t)v; break;
        case TN_U32: ((uint32_t *)x)[i] = (uint32_t)(int64_t)v; break;
        default: ((uint64_t *)x)[i] = (uint64_t)(int64_t)v;
    }
}

static void casts(void) {
    for (int64_t from = 0; from < TN_TYPES; from++) {
        /* negative numbers that became large ones would be beyond what double holds */
        float least = from == TN_U32 || from == TN_U64 ? 0 : -300;
        for (int64_t to = 0; to < TN_TYPES; to++) {
            for (int n = 0; n < 40000; n = n * 11 + 5) {
                char *x = fresh((size_t)n * 8);
                char *y = fresh((size_t)n * 8);
                for (int i = 0; i < n; i++) put(x, from, i, (double)random_float(least, 300));
                tn_cast p = {at(x), at(y), n, from, to};
                run_op(TN_CAST, &p, sizeof p, 1 + n % 3);
                int wrong = 0;
                for (int i = 0; i < n; i++) {
                    uint64_t expected = 0;
                    put(&expected, to, 0, number(x, from, i));
                    wrong += memcmp(&expected, y + i * (int)tn_size(to), tn_size(to)) != 0;
                }
                CHECK(wrong == 0, "cast of %d from %d to %d: %d are wrong", n, (int)from, (int)to,
                      wrong);
                free(x);
                free(y);
            }
        }
    }
}

static void cast_one(int64_t from, const void *x, int64_t to, const void *expected) {
    uint64_t y = 0;
    tn_cast p = {at(x), at(&y), 1, from, to};
    run_op(TN_CAST, &p, sizeof p, 1);
    CHECK(memcmp(&y, expected, tn_size(to)) == 0, "cast from %d to %d: %llx", (int)from, (int)to,
          (unsigned long long)y);
}

#define ONE(FROM, from_type, x, TO, to_type, y) cast_one(FROM, &(from_type){x}, TO, &(to_type){y})

static void special_casts(void) {
    ONE(TN_F32, float, NAN, TN_BOOL, uint8_t, 1);
    ONE(TN_F32, float, -0.0f, TN_BOOL, uint8_t, 0);
    ONE(TN_F64, double, 1e-300, TN_BOOL, uint8_t, 1);
    ONE(TN_F32, float, NAN, TN_I64, int64_t, 0);
    ONE(TN_F32, float, INFINITY, TN_I64, int64_t, INT64_MAX);
    ONE(TN_F32, float, -INFINITY, TN_I64, int64_t, INT64_MIN);
    ONE(TN_F32, float, -1.9f, TN_I32, int32_t, -1);
    ONE(TN_F64, double, 1.8e19, TN_U64, uint64_t, 18000000000000000000u);
    ONE(TN_F64, double, 1e30, TN_U64, uint64_t, UINT64_MAX);
    ONE(TN_U64, uint64_t, UINT64_MAX, TN_F32, float, 18446744073709551616.0f);
    /* rounded once: by way of double the last bit would be lost first */
    ONE(TN_I64, int64_t, (1ll << 60) + (1ll << 36) + 1, TN_F32, float, 0x1p60f + 0x1p37f);
    ONE(TN_I64, int64_t, -1, TN_U8, uint8_t, 255);
    ONE(TN_BOOL, uint8_t, 7, TN_I32, int32_t, 1);
    ONE(TN_F32, float, INFINITY, TN_F16, uint16_t, 0x7C00);
    ONE(TN_F32, float, 65519.0f, TN_F16, uint16_t, 0x7BFF);
    ONE(TN_F32, float, 65520.0f, TN_F16, uint16_t, 0x7C00);
    ONE(TN_F32, float, -1e9f, TN_F16, uint16_t, 0xFC00);
    ONE(TN_F32, float, 0x1p-24f, TN_F16, uint16_t, 1);
    ONE(TN_F32, float, 0x1p-25f, TN_F16, uint16_t, 0);
    ONE(TN_F32, float, 0x1.8p-25f, TN_F16, uint16_t, 1);
    ONE(TN_F32, float, 1.0f + 0x1p-11f, TN_F16, uint16_t, 0x3C00);
    ONE(TN_F32, float, 1.0f + 0x1.8p-10f, TN_F16, uint16_t, 0x3C02);
    ONE(TN_F32, float, 1.0f + 0x1p-8f, TN_BF16, uint16_t, 0x3F80);
    ONE(TN_F32, float, 3.4e38f, TN_BF16, uint16_t, 0x7F80);
    /* every float16 comes back, and NaN stays NaN */
    for (int bits = 0; bits < 65536; bits++) {
        float wide = tn_from_f16((uint16_t)bits);
        int nan = (bits & 0x7FFF) > 0x7C00;
        CHECK(nan ? wide != wide && (tn_to_f16(wide) & 0x7FFF) > 0x7C00 : tn_to_f16(wide) == bits,
              "float16 %x", bits);
        int exponent = bits >> 10 & 31;
        if (exponent < 31) {
            float value = exponent == 0 ? ldexpf((float)(bits & 1023), -24)
                                        : ldexpf((float)(1024 + (bits & 1023)), exponent - 25);
            CHECK(wide == (bits >> 15 ? -value : value), "float16 %x is %g", bits, (double)wide);
        }
    }
}

static void tests(void) {
    copies();
    fills();
    casts();
    special_casts();
}

int main(void) {
    return on_every_isa(tests);
}
