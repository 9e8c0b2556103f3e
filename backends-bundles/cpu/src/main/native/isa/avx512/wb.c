/* Weights of few bits, without VPDPBUSD, and sparse ones. */
#include "kernels.h"
#include "vec.h"

V vi pairs(vi acc, vi w, __m512i a, int factor) {
    __m512i two = _mm512_maddubs_epi16((__m512i)w, a);
    return acc + (vi)_mm512_madd_epi16(two, _mm512_set1_epi16((short)factor));
}

/* Sums of two products fit in 16 bits for up to 7 bits; codes of 8 bits go in halves. */
V vi dot(vi acc, vi w, const char *p, int bits) {
    __m512i a = _mm512_set1_epi32(*(const int32_t *)p);
    if (bits < 8) {
        return pairs(acc, w, a, 1);
    }
    acc = pairs(acc, w & 0x0F0F0F0F, a, 1);
    return pairs(acc, w >> 4 & 0x0F0F0F0F, a, 16);
}

/* Codes of up to 4 bits need only the lower half of a byte, which picks their value. */
V vf value(vi w, int k, int bits) {
    int offset = 1 << (bits - 1);
    if (bits <= 4) {
        vf table = (vf){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} - (float)offset;
        return (vf)_mm512_permutexvar_ps((__m512i)(w >> 8 * k), (__m512)table);
    }
    return vf_of_vi((w >> 8 * k & 255) - offset);
}

typedef struct table {
    vf low, high;
} table;

V table read_table(const float *a, int64_t n) {
    return (table){n >= VF ? vf_load(a) : vf_load_n(a, n),
                   n >= 2 * VF ? vf_load(a + VF) : n > VF ? vf_load_n(a + VF, n - VF) : vf_set(0)};
}

V vf find(table t, vi index) {
    return (vf)_mm512_permutex2var_ps((__m512)t.low, (__m512i)index, (__m512)t.high);
}

V vf look_up(table t, const uint8_t *index) {
    return find(t, vi_load_u8(index));
}

/* Eight rows: their chunks stay in registers while the slots pass. */
static void sparse_tile(const tn_sparse_panel *panel, const float *a, int64_t lda, float *c) {
    const tn_sparse_slot *slot = panel->slot;
#define EACH(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7)
#define ONE(m) vf sum##m = vf_set(0);
    EACH(ONE)
#undef ONE
    for (int64_t k = 0; k < panel->k; k += TN_SPARSE_CHUNK) {
        int64_t left = panel->k - k;
        left = left < TN_SPARSE_CHUNK ? left : TN_SPARSE_CHUNK;
#define ONE(m) table chunk##m = read_table(a + m * lda + k, left);
        EACH(ONE)
#undef ONE
        for (int32_t n = panel->slots[k / TN_SPARSE_CHUNK]; n > 0; n--, slot++) {
            vf w = vf_load(slot->value);
            vi index = vi_load_u8(slot->index);
#define ONE(m) sum##m += w * find(chunk##m, index);
            EACH(ONE)
#undef ONE
        }
    }
#define ONE(m) vf_store(c + m * TN_SPARSE_COLUMNS, sum##m);
    EACH(ONE)
#undef ONE
#undef EACH
}

#include "sparse_row.inc"
#include "wb_codes.inc"
#include "wb_quantize.inc"
#define ROWS 4
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"
#include "wb_exact.inc"
#define ROWS 8
#include "wb_dense.inc"
#define ROWS 1
#include "wb_dense.inc"

static void dense(const float *a, int64_t lda, int64_t rows, int64_t k, const float *w, float *c) {
    for (; rows >= 8; rows -= 8, a += 8 * lda, c += 8 * TN_WB_COLUMNS) dense_8(a, lda, k, w, c);
    for (; rows > 0; rows--, a += lda, c += TN_WB_COLUMNS) dense_1(a, lda, k, w, c);
}

void tn_avx512_wb(struct tn_k_wb *k) {
    set_4(k, 0);
    set_1(k, 1);
    exact_set(k);
    k->dense = dense;
    k->quantize = quantize;
    k->sparse_row = sparse_row;
    k->sparse_tile = sparse_tile;
    /* never: the tile is faster */
    k->sparse_block_from = INT64_MAX;
}
