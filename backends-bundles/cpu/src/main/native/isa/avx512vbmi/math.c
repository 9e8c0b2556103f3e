#include "kernels.h"

#include <immintrin.h>

typedef struct table {
    __m512i part[4];
} table;

/* The lower seven bits choose among 128 entries, the highest between two such halves. */
static inline __m512i looked_up(const table *t, __m512i x) {
    __m512i low = _mm512_permutex2var_epi8(t->part[0], x, t->part[1]);
    __m512i high = _mm512_permutex2var_epi8(t->part[2], x, t->part[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high);
}

static void lut(const uint8_t *x, uint8_t *y, int64_t n, const uint8_t *entries) {
    table t;
    for (int i = 0; i < 4; i++) t.part[i] = _mm512_loadu_si512(entries + 64 * i);
    int64_t i = 0;
    for (; i + 64 <= n; i += 64) {
        _mm512_storeu_si512(y + i, looked_up(&t, _mm512_loadu_si512(x + i)));
    }
    if (i < n) {
        __mmask64 rest = ~(uint64_t)0 >> (64 - (n - i));
        __m512i codes = _mm512_maskz_loadu_epi8(rest, x + i);
        _mm512_mask_storeu_epi8(y + i, rest, looked_up(&t, codes));
    }
}

void tn_avx512vbmi_math(struct tn_k_math *k) {
    k->lut = lut;
}
