/* 8-bit products one by one. */
#include "store_q8.h"

static inline int32_t dot4(int32_t acc, int32_t a, int32_t b) {
    for (int i = 0; i < 32; i += 8) {
        acc += (int32_t)((uint32_t)a >> i & 0xFF) * (int8_t)((uint32_t)b >> i & 0xFF);
    }
    return acc;
}

#define TN_ISA scalar
#define ROWS_1 4
#define ROWS_2 4
#define OFFSET 0
#define STORE store_q8
#define DOT_B(name, p) int32_t name = four((const uint8_t *)(p));
#define DOT_A(name, p) int32_t name = four(p);
#define DOT_A_TAIL(name, p, n) int32_t name = some(p, n);
#define DOT(acc, a, b) acc[0] = dot4(acc[0], a, b);
#include "tiles_q8.inc"
