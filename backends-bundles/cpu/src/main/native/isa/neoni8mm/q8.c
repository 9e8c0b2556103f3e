/* USDOT multiplies unsigned by signed. */
#include "vec.h"

#define TN_ISA neoni8mm
#define ROWS_1 8
#define ROWS_2 8
#define OFFSET 0
#define DOT_B(name, p) int8x16_t name = vld1q_s8((const int8_t *)(p));
#define DOT_A(name, p) uint8x16_t name = vreinterpretq_u8_u32(vdupq_n_u32((uint32_t)four(p)));
#define DOT_A_TAIL(name, p, n) \
    uint8x16_t name = vreinterpretq_u8_u32(vdupq_n_u32((uint32_t)some(p, n)));
#define DOT(acc, a, b) acc = (vi)vusdotq_s32((int32x4_t)acc, a, b);
#include "tiles_q8.inc"
