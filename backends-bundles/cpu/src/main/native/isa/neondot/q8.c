/* SDOT multiplies signed by signed: activations are made signed by taking 128. */
#include "vec.h"

#define TN_ISA neondot
#define ROWS_1 8
#define ROWS_2 8
#define OFFSET 128
#define DOT_B(name, p) int8x16_t name = vld1q_s8((const int8_t *)(p));
#define SIGNED(x) vreinterpretq_s8_u32(vdupq_n_u32((uint32_t)(x) ^ 0x80808080u))
#define DOT_A(name, p) int8x16_t name = SIGNED(four(p));
#define DOT_A_TAIL(name, p, n) int8x16_t name = SIGNED(some(p, n));
#define DOT(acc, a, b) acc = (vi)vdotq_s32((int32x4_t)acc, b, a);
#include "tiles_q8.inc"
