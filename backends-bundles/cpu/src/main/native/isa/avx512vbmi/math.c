#include "code_table.h"
#include "kernels.h"

static void lut(const uint8_t *x, int64_t x_ld, uint8_t *y, int64_t y_ld, int64_t rows, int64_t cols,
                const uint8_t *entries) {
    code_table t = code_table_of(entries);
    for (; rows > 0; rows--, x += x_ld, y += y_ld) {
        int64_t i = 0;
        for (; i + 64 <= cols; i += 64) {
            _mm512_storeu_si512(y + i, code_table_look_up(&t, _mm512_loadu_si512(x + i)));
        }
        /* not by 64 with a mask: that would wait for the row before, with which it overlaps */
        for (; i < cols; i += 16) {
            __mmask16 some = (__mmask16)(cols - i < 16 ? (1 << (cols - i)) - 1 : 0xFFFF);
            __m128i codes = _mm_maskz_loadu_epi8(some, x + i);
            __m512i found = code_table_look_up(&t, _mm512_castsi128_si512(codes));
            _mm_mask_storeu_epi8(y + i, some, _mm512_castsi512_si128(found));
        }
    }
}

void tn_avx512vbmi_math(struct tn_k_math *k) {
    k->lut = lut;
}
