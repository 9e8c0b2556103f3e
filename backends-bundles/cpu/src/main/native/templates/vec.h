/*
 * Vectors of floats and integers, whatever the instruction set: the compiler's vector extensions
 * (with + - * / and comparisons), and intrinsics for what they have no operator for. VF is the
 * number of lanes.
 *
 * vf_max(a, b) and vf_min(a, b) give b where one of them is NaN: put what may be NaN second.
 */
#ifndef TENON_VEC_H
#define TENON_VEC_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(TN_SCALAR)
#define VF 1
#elif defined(__AVX512F__)
#include <immintrin.h>
#define VF 16
#elif defined(__AVX2__)
#include <immintrin.h>
#define VF 8
#elif defined(__aarch64__)
#include <arm_neon.h>
#define VF 4
#else
#error "vectors need AVX2, AVX-512 or NEON"
#endif

typedef float vf __attribute__((vector_size(4 * VF)));
typedef int32_t vi __attribute__((vector_size(4 * VF)));
typedef uint32_t vu __attribute__((vector_size(4 * VF)));
typedef uint8_t vu8 __attribute__((vector_size(VF)));
typedef int8_t vs8 __attribute__((vector_size(VF)));
typedef uint16_t vu16 __attribute__((vector_size(2 * VF)));

#define V static inline __attribute__((always_inline))

V vf vf_load(const float *p) {
    vf v;
    memcpy(&v, p, sizeof v);
    return v;
}

V void vf_store(float *p, vf v) {
    memcpy(p, &v, sizeof v);
}

V vf vf_set(float x) {
    return x - (vf){0};
}

V vi vi_set(int32_t x) {
    return x - (vi){0};
}

V vf vf_of_vi_bits(vi v) {
    return (vf)v;
}

/** The first n lanes from memory, n < VF; the others are 0. */
V vf vf_load_n(const float *p, int64_t n) {
#if VF == 16
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#elif VF == 8
    __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return (vf)_mm256_maskload_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lanes));
#else
    vf v = {0};
    memcpy(&v, p, (size_t)n % VF * sizeof(float));
    return v;
#endif
}

/** Stores the first n lanes, n < VF. */
V void vf_store_n(float *p, vf v, int64_t n) {
#if VF == 16
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
#elif VF == 8
    __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    _mm256_maskstore_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lanes), (__m256)v);
#else
    memcpy(p, &v, (size_t)n % VF * sizeof(float));
#endif
}

V vf vf_select(vi mask, vf a, vf b) {
    return (vf)((mask & (vi)a) | (~mask & (vi)b));
}

V vi vi_select(vi mask, vi a, vi b) {
    return (mask & a) | (~mask & b);
}

V vf vf_max(vf a, vf b) {
#if VF == 16
    return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif VF == 8
    return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return vf_select(a > b, a, b);
#endif
}

V vf vf_min(vf a, vf b) {
#if VF == 16
    return (vf)_mm512_min_ps((__m512)a, (__m512)b);
#elif VF == 8
    return (vf)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return vf_select(a < b, a, b);
#endif
}

V vf vf_abs(vf a) {
    return (vf)((vi)a & 0x7FFFFFFF);
}

V vf vf_sqrt(vf a) {
#if VF == 16
    return (vf)_mm512_sqrt_ps((__m512)a);
#elif VF == 8
    return (vf)_mm256_sqrt_ps((__m256)a);
#elif VF == 4
    return (vf)vsqrtq_f32((float32x4_t)a);
#else
    return (vf){sqrtf(a[0])};
#endif
}

/** To the nearest integer, half to even. */
V vf vf_round(vf a) {
#if VF == 16
    return (vf)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#elif VF == 8
    return (vf)_mm256_round_ps((__m256)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#elif VF == 4
    return (vf)vrndnq_f32((float32x4_t)a);
#else
    return (vf){nearbyintf(a[0])};
#endif
}

V vf vf_floor(vf a) {
#if VF == 16
    return (vf)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
#elif VF == 8
    return (vf)_mm256_floor_ps((__m256)a);
#elif VF == 4
    return (vf)vrndmq_f32((float32x4_t)a);
#else
    return (vf){floorf(a[0])};
#endif
}

V vf vf_ceil(vf a) {
    return -vf_floor(-a);
}

/** To the nearest integer, half to even; of what no integer can hold, and NaN, the result is open. */
V vi vi_of_vf(vf a) {
#if VF == 16
    return (vi)_mm512_cvtps_epi32((__m512)a);
#elif VF == 8
    return (vi)_mm256_cvtps_epi32((__m256)a);
#elif VF == 4
    return (vi)vcvtnq_s32_f32((float32x4_t)a);
#else
    return (vi){a[0] >= -2147483648.0f && a[0] < 2147483648.0f ? (int32_t)nearbyintf(a[0]) : INT32_MIN};
#endif
}

V vf vf_of_vi(vi a) {
    return __builtin_convertvector(a, vf);
}

/** v * 2^n for whole n of -127 (which gives 0) to 127. */
V vf vf_scaled(vf v, vf n) {
#if VF == 16
    return (vf)_mm512_scalef_ps((__m512)v, (__m512)n);
#else
    return v * (vf)((vi_of_vf(n) + 127) << 23);
#endif
}

V vi vi_load(const int32_t *p) {
    vi v;
    memcpy(&v, p, sizeof v);
    return v;
}

V vi vi_load_n(const int32_t *p, int64_t n) {
    return (vi)vf_load_n((const float *)(const void *)p, n);
}

/*
 * Between bytes and integers; the compiler's own conversion of vectors goes lane by lane for some
 * widths.
 */

V vi vi_of_u8(vu8 v) {
#if VF == 16
    return (vi)_mm512_cvtepu8_epi32((__m128i)v);
#elif VF == 8
    return (vi)_mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)v));
#elif VF == 4
    uint8x8_t wide = vreinterpret_u8_u32(vdup_n_u32((uint32_t)v));
    return (vi)vmovl_u16(vget_low_u16(vmovl_u8(wide)));
#else
    return (vi){v[0]};
#endif
}

V vi vi_of_s8(vs8 v) {
#if VF == 16
    return (vi)_mm512_cvtepi8_epi32((__m128i)v);
#elif VF == 8
    return (vi)_mm256_cvtepi8_epi32(_mm_cvtsi64_si128((int64_t)v));
#elif VF == 4
    int8x8_t wide = vreinterpret_s8_u32(vdup_n_u32((uint32_t)v));
    return (vi)vmovl_s16(vget_low_s16(vmovl_s8(wide)));
#else
    return (vi){v[0]};
#endif
}

/** The lowest bytes. */
V vu8 vu8_of_vi(vi a) {
#if VF == 16
    return (vu8)_mm512_cvtepi32_epi8((__m512i)a);
#elif VF == 8
    __m256i low = _mm256_and_si256((__m256i)a, _mm256_set1_epi32(255));
    __m128i halves = _mm_packus_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1));
    return (vu8)_mm_cvtsi128_si64(_mm_packus_epi16(halves, halves));
#elif VF == 4
    uint16x4_t half = vmovn_u32((uint32x4_t)a);
    return (vu8)vget_lane_u32(vreinterpret_u32_u8(vmovn_u16(vcombine_u16(half, half))), 0);
#else
    return (vu8){(uint8_t)a[0]};
#endif
}

/** VF bytes as integers. */
V vi vi_load_u8(const uint8_t *p) {
    vu8 v;
    memcpy(&v, p, sizeof v);
    return vi_of_u8(v);
}

/** The first n of VF bytes, the others 0. */
V vi vi_load_u8_n(const uint8_t *p, int64_t n) {
#if VF == 16
    return (vi)_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8((__mmask16)((1u << n) - 1), p));
#else
    vu8 v = {0};
    memcpy(&v, p, (size_t)n % VF);
    return vi_of_u8(v);
#endif
}

/** The lowest bytes of integers. */
V void vi_store_u8(uint8_t *p, vi a) {
    vu8 v = vu8_of_vi(a);
    memcpy(p, &v, sizeof v);
}

V void vi_store_u8_n(uint8_t *p, vi a, int64_t n) {
#if VF == 16
    _mm512_mask_cvtepi32_storeu_epi8(p, (__mmask16)((1u << n) - 1), (__m512i)a);
#else
    vu8 v = vu8_of_vi(a);
    memcpy(p, &v, (size_t)n % VF);
#endif
}

V float vf_sum(vf a) {
#if VF == 16
    return _mm512_reduce_add_ps((__m512)a);
#elif VF == 8
    __m128 v = _mm_add_ps(_mm256_castps256_ps128((__m256)a), _mm256_extractf128_ps((__m256)a, 1));
    v = _mm_add_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_add_ss(v, _mm_movehdup_ps(v)));
#elif VF == 4
    return vaddvq_f32((float32x4_t)a);
#else
    return a[0];
#endif
}

/** The largest lane; NaN where there is one is not promised to come out. */
V float vf_top(vf a) {
#if VF == 16
    return _mm512_reduce_max_ps((__m512)a);
#elif VF == 8
    __m128 v = _mm_max_ps(_mm256_castps256_ps128((__m256)a), _mm256_extractf128_ps((__m256)a, 1));
    v = _mm_max_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_max_ss(v, _mm_movehdup_ps(v)));
#elif VF == 4
    return vmaxvq_f32((float32x4_t)a);
#else
    return a[0];
#endif
}

V float vf_bottom(vf a) {
    return -vf_top(-a);
}

#endif
