/* Weights of few bits; quantization of A. */
#include <math.h>
#include <string.h>

#include "wb_256.inc"

static inline __attribute__((always_inline)) __m256i pairs(__m256i acc, __m256i w, __m256i a,
                                                           int factor) {
    __m256i two = _mm256_maddubs_epi16(w, a);
    return _mm256_add_epi32(acc, _mm256_madd_epi16(two, _mm256_set1_epi16((short)factor)));
}

/* Sums of two products fit in 16 bits for up to 7 bits; codes of 8 bits go in halves. */
static inline __attribute__((always_inline)) __m256i dot(__m256i acc, __m256i w, const char *p,
                                                         int bits) {
    __m256i a = _mm256_set1_epi32(*(const int32_t *)p);
    if (bits < 8) {
        return pairs(acc, w, a, 1);
    }
    __m256i low = _mm256_set1_epi8(15);
    acc = pairs(acc, _mm256_and_si256(w, low), a, 1);
    return pairs(acc, _mm256_and_si256(_mm256_srli_epi16(w, 4), low), a, 16);
}
#define DOT(acc, w, p, bits) dot(acc, w, p, bits)

#include "wb_codes.inc"
#define ROWS 2
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"

INLINE __m256 value(__m256i w, int k, int bits) {
    __m256i x = _mm256_and_si256(_mm256_srli_epi32(w, 8 * k), _mm256_set1_epi32(255));
    return _mm256_cvtepi32_ps(_mm256_sub_epi32(x, _mm256_set1_epi32(1 << (bits - 1))));
}
#define VALUE(w, k, bits) value(w, k, bits)

#define ROWS 2
#include "wb_exact.inc"
#define ROWS 1
#include "wb_exact.inc"

INLINE __m256 look_up(const float *chunk, const uint8_t *index) {
    __m256i i = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)index));
    return _mm256_i32gather_ps(chunk, i, 4);
}
#define TABLE const float *
#define READ_TABLE(a, n) ((void)(n), a)
#define LOOK_UP(chunk, index) look_up(chunk, index)
#include "sparse_row.inc"
#include "sparse_block.inc"

/* The first n (up to 8) floats at x, 0 for the others. */
INLINE __m256 load_first(const float *x, int64_t n) {
    __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i there = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(n < 8 ? n : 8)), lane);
    return _mm256_maskload_ps(x, there);
}

static int32_t quantize(const float *x, int64_t n, int8_t *q, float *scale) {
    __m256i sizes = _mm256_setzero_si256();
    for (int64_t i = 0; i < n; i += 8) {
        __m256i bits = _mm256_castps_si256(load_first(x + i, n - i));
        sizes = _mm256_max_epi32(sizes, _mm256_and_si256(bits, _mm256_set1_epi32(0x7FFFFFFF)));
    }
    int32_t lanes[8];
    _mm256_storeu_si256((__m256i *)lanes, sizes);
    /* As integers, NaN and infinity are greater than all numbers. */
    int32_t bits = 0;
    for (int i = 0; i < 8; i++) bits = lanes[i] > bits ? lanes[i] : bits;
    float most;
    memcpy(&most, &bits, sizeof most);
    int finite = bits < 0x7F800000;
    float inverse = finite && most > 1e-30f ? 127 / most : 0;
    *scale = !finite ? NAN : inverse > 0 ? most / 127 : 0;
    if (inverse == 0) {
        memset(q, 0, (size_t)n);
        return 0;
    }
    __m256i sum = _mm256_setzero_si256();
    for (int64_t i = 0; i < n; i += 8) {
        __m256 scaled = _mm256_mul_ps(load_first(x + i, n - i), _mm256_set1_ps(inverse));
        __m256i whole = _mm256_cvtps_epi32(scaled);
        sum = _mm256_add_epi32(sum, whole);
        __m128i half = _mm_packs_epi32(_mm256_castsi256_si128(whole),
                                       _mm256_extracti128_si256(whole, 1));
        int64_t bytes = _mm_cvtsi128_si64(_mm_packs_epi16(half, half));
        memcpy(q + i, &bytes, (size_t)(n - i < 8 ? n - i : 8));
    }
    _mm256_storeu_si256((__m256i *)lanes, sum);
    int32_t total = 0;
    for (int i = 0; i < 8; i++) total += lanes[i];
    return total;
}

#include "act.h"
#include "store.inc"

void tn_avx2_wb(struct tn_k_wb *k) {
    exact_set_2(k, 0);
    exact_set_1(k, 1);
    set_2(k, 0);
    set_1(k, 1);
    k->quantize = quantize;
    k->store = store;
    k->sparse_row = sparse_row;
    k->sparse_block = sparse_block;
    k->sparse_block_from = 24;
}
