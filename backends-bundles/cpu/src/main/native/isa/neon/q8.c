/* 8-bit products in 16 bits: exact, since both sides are widened first. */
#include "store_q8.h"

static inline int32x4_t dot4(int32x4_t acc, uint32_t a, int8x16_t b) {
    int16x8_t x = vreinterpretq_s16_u16(vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(a))));
    int16x8_t low = vmovl_s8(vget_low_s8(b));
    int16x8_t high = vmovl_s8(vget_high_s8(b));
    int32x4_t p0 = vmull_s16(vget_low_s16(low), vget_low_s16(x));
    int32x4_t p1 = vmull_s16(vget_high_s16(low), vget_high_s16(x));
    int32x4_t p2 = vmull_s16(vget_low_s16(high), vget_low_s16(x));
    int32x4_t p3 = vmull_s16(vget_high_s16(high), vget_high_s16(x));
    return vaddq_s32(acc, vpaddq_s32(vpaddq_s32(p0, p1), vpaddq_s32(p2, p3)));
}

#define TN_ISA neon
#define ROWS_1 4
#define ROWS_2 4
#define OFFSET 0
#define STORE store_q8
#define DOT_B(name, p) int8x16_t name = vld1q_s8((const int8_t *)(p));
#define DOT_A(name, p) uint32_t name = (uint32_t)four(p);
#define DOT_A_TAIL(name, p, n) uint32_t name = (uint32_t)some(p, n);
#define DOT(acc, a, b) acc = (vi)dot4((int32x4_t)acc, a, b);
#include "tiles_q8.inc"
