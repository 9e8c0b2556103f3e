/* Weights of few bits, without VPDPBUSD; quantization of A. */
#include <math.h>

#include "wb_512.inc"

static inline __attribute__((always_inline)) __m512i pairs(__m512i acc, __m512i w, __m512i a, int factor) {
    return _mm512_add_epi32(acc, _mm512_madd_epi16(_mm512_maddubs_epi16(w, a), _mm512_set1_epi16((short)factor)));
}

/* Sums of two products fit in 16 bits for up to 7 bits; codes of 8 bits go in halves. */
static inline __attribute__((always_inline)) __m512i dot(__m512i acc, __m512i w, const char *p, int bits) {
    __m512i a = _mm512_set1_epi32(*(const int32_t *)p);
    if (bits < 8) {
        return pairs(acc, w, a, 1);
    }
    __m512i low = _mm512_set1_epi8(15);
    acc = pairs(acc, _mm512_and_si512(w, low), a, 1);
    return pairs(acc, _mm512_and_si512(_mm512_srli_epi16(w, 4), low), a, 16);
}
#define DOT(acc, w, p, bits) dot(acc, w, p, bits)

#include "wb_codes.inc"
#define ROWS 4
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"

/* Codes of up to 4 bits need only the lower half of a byte, which picks their value. */
INLINE __m512 value(__m512i w, int k, int bits) {
    int offset = 1 << (bits - 1);
    __m512i x = _mm512_srli_epi32(w, (unsigned)k * 8);
    if (bits <= 4) {
        __m512 codes = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        return _mm512_permutexvar_ps(x, _mm512_sub_ps(codes, _mm512_set1_ps((float)offset)));
    }
    x = _mm512_and_si512(x, _mm512_set1_epi32(255));
    return _mm512_cvtepi32_ps(_mm512_sub_epi32(x, _mm512_set1_epi32(offset)));
}
#define VALUE(w, k, bits) value(w, k, bits)

#define ROWS 8
#include "wb_exact.inc"
#define ROWS 2
#include "wb_exact.inc"
#define ROWS 1
#include "wb_exact.inc"

typedef struct table {
    __m512 low, high;
} table;

INLINE table read_table(const float *a, int64_t n) {
    __mmask32 there = n < 32 ? (1u << n) - 1 : 0xFFFFFFFF;
    return (table){_mm512_maskz_loadu_ps((__mmask16)there, a),
                   _mm512_maskz_loadu_ps((__mmask16)(there >> 16), a + 16)};
}

INLINE __m512 look_up(table t, const uint8_t *index) {
    __m512i i = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)index));
    return _mm512_permutex2var_ps(t.low, i, t.high);
}
#define TABLE table
#define READ_TABLE(a, n) read_table(a, n)
#define LOOK_UP(t, index) look_up(t, index)
#include "sparse_row.inc"

/* Eight rows: their chunks stay in registers while the slots pass. */
static void sparse_tile(const tn_sparse_panel *panel, const float *a, int64_t lda, float *c) {
    const tn_sparse_slot *slot = panel->slot;
#define EACH_ROW(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7)
#define ROW(m) __m512 sum##m = _mm512_setzero_ps();
    EACH_ROW(ROW)
#undef ROW
    for (int64_t k = 0; k < panel->k; k += TN_SPARSE_CHUNK) {
        int64_t left = panel->k - k;
        left = left < TN_SPARSE_CHUNK ? left : TN_SPARSE_CHUNK;
#define ROW(m) table t##m = read_table(a + m * lda + k, left);
        EACH_ROW(ROW)
#undef ROW
        for (int32_t n = panel->slots[k / TN_SPARSE_CHUNK]; n > 0; n--, slot++) {
            __m512 w = _mm512_loadu_ps(slot->value);
            __m512i i = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)slot->index));
#define ROW(m) sum##m = _mm512_fmadd_ps(w, _mm512_permutex2var_ps(t##m.low, i, t##m.high), sum##m);
            EACH_ROW(ROW)
#undef ROW
        }
    }
#define ROW(m) _mm512_storeu_ps(c + m * TN_SPARSE_COLUMNS, sum##m);
    EACH_ROW(ROW)
#undef ROW
}

static int32_t quantize(const float *x, int64_t n, int8_t *q, float *scale) {
    __m512i sizes = _mm512_setzero_si512();
    __m512i all = _mm512_set1_epi32(0x7FFFFFFF);
    for (int64_t i = 0; i < n; i += 16) {
        __mmask16 mask = (__mmask16)(n - i < 16 ? (1 << (n - i)) - 1 : 0xFFFF);
        __m512i bits = _mm512_and_si512(_mm512_maskz_loadu_epi32(mask, x + i), all);
        sizes = _mm512_max_epi32(sizes, bits);
    }
    /* As integers, NaN and infinity are greater than all numbers. */
    int32_t bits = _mm512_reduce_max_epi32(sizes);
    float most;
    __builtin_memcpy(&most, &bits, sizeof most);
    int finite = bits < 0x7F800000;
    float inverse = finite && most > 1e-30f ? 127 / most : 0;
    *scale = !finite ? NAN : inverse > 0 ? most / 127 : 0;
    __m512i sum = _mm512_setzero_si512();
    for (int64_t i = 0; i < n; i += 16) {
        __mmask16 mask = (__mmask16)(n - i < 16 ? (1 << (n - i)) - 1 : 0xFFFF);
        __mmask16 used = inverse > 0 ? mask : 0;
        __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(used, x + i), _mm512_set1_ps(inverse));
        __m512i whole = _mm512_cvtps_epi32(v);
        sum = _mm512_add_epi32(sum, whole);
        _mm512_mask_cvtepi32_storeu_epi8(q + i, mask, whole);
    }
    return _mm512_reduce_add_epi32(sum);
}

#include "act.h"
#include "store.inc"

void tn_avx512_wb(struct tn_k_wb *k) {
    exact_set_8(k, 0);
    exact_set_2(k, 1);
    exact_set_1(k, 2);
    set_4(k, 0);
    set_1(k, 1);
    k->quantize = quantize;
    k->store = store;
    k->sparse_row = sparse_row;
    k->sparse_tile = sparse_tile;
    /* never: the tile is faster */
    k->sparse_block_from = INT64_MAX;
}
