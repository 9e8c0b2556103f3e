/* A table from codes to codes, in registers where instructions can look it up there. */
#ifndef TENON_CODE_TABLE_H
#define TENON_CODE_TABLE_H

#include "vec.h"

#if defined(__AVX512VBMI__)
typedef struct code_table {
    __m512i part[4];
} code_table;

V code_table code_table_of(const uint8_t *lut) {
    return (code_table){{_mm512_loadu_si512(lut), _mm512_loadu_si512(lut + 64),
                         _mm512_loadu_si512(lut + 128), _mm512_loadu_si512(lut + 192)}};
}

/** Each byte: the lower seven bits choose among 128 entries, the highest between two such halves. */
V __m512i code_table_look_up(const code_table *t, __m512i x) {
    __m512i low = _mm512_permutex2var_epi8(t->part[0], x, t->part[1]);
    __m512i high = _mm512_permutex2var_epi8(t->part[2], x, t->part[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high);
}
#else
typedef struct code_table {
    const uint8_t *codes;
} code_table;

V code_table code_table_of(const uint8_t *lut) {
    return (code_table){lut};
}
#endif

/** Stores what the table has for n codes. */
V void code_table_store(const code_table *t, vi q, uint8_t *out, int64_t n) {
#if defined(__AVX512VBMI__)
    /* of each integer only the lowest byte is stored */
    q = (vi)code_table_look_up(t, (__m512i)q);
    if (n == VF) {
        vi_store_u8(out, q);
    } else {
        vi_store_u8_n(out, q, n);
    }
#else
    int32_t codes[VF];
    memcpy(codes, &q, sizeof codes);
    for (int64_t i = 0; i < n; i++) out[i] = t->codes[codes[i]];
#endif
}

#endif
