/* Floating-point numbers of 16 bits, without help from the processor; half to even. */
#ifndef TENON_HALF_H
#define TENON_HALF_H

#include <stdint.h>
#include <string.h>

static inline uint32_t tn_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float tn_float(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline float tn_from_bf16(uint16_t x) {
    return tn_float((uint32_t)x << 16);
}

static inline uint16_t tn_to_bf16(float x) {
    uint32_t bits = tn_bits(x);
    uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    uint32_t nan = bits >> 16 | 0x40;
    return (uint16_t)((bits & 0x7FFFFFFF) > 0x7F800000 ? nan : rounded);
}

static inline float tn_from_f16(uint16_t x) {
    uint32_t sign = (uint32_t)(x & 0x8000) << 16;
    uint32_t rest = (uint32_t)(x & 0x7FFF) << 13;
    /* 2^112 moves the exponent from 5 bits to 8, subnormal numbers included. */
    uint32_t finite = tn_bits(tn_float(rest) * 0x1p112f);
    return tn_float(sign | ((x & 0x7C00) == 0x7C00 ? rest | 0x7F800000 : finite));
}

static inline uint16_t tn_to_f16(float x) {
    uint32_t bits = tn_bits(x);
    uint32_t sign = bits >> 16 & 0x8000;
    uint32_t size = bits & 0x7FFFFFFF;
    /* A normal result: take the exponent down by 112 and round off 13 bits. */
    uint32_t normal = (size - (112u << 23) + 0xFFF + (size >> 13 & 1)) >> 13;
    /* A subnormal one: the adder rounds, as 0.5's last bit is worth 2^-24. */
    uint32_t subnormal = tn_bits(tn_float(size) + 0.5f) - tn_bits(0.5f);
    uint32_t special = size > 0x7F800000 ? 0x7E00 | (size >> 13 & 0x1FF) : 0x7C00;
    uint32_t result = size < 113u << 23 ? subnormal : normal;
    /* from 65520 on: infinity */
    return (uint16_t)(sign | (size >= 0x477FF000 ? special : result));
}

#endif
