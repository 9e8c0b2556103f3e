/*
 * Kernels of the family rnn. A row of gates holds each gate's h elements, filled up with zeros to
 * whole panels of 16; weights are panels of 16 of those columns: float [k][16].
 */
#ifndef TENON_K_RNN_H
#define TENON_K_RNN_H

#include "ops.h"

#define TN_RNN_COLUMNS 16

struct tn_k_rnn {
    /** c[rows][16] += a[rows][k] x panel; rows of a are lda apart, those of c ldc. */
    void (*product)(const float *a, int64_t lda, int64_t rows, int64_t k, const float *panel,
                    float *c, int64_t ldc);
    /** One step of an LSTM with gates i, o, f, c, n (a multiple of 16) apart and as long. */
    void (*lstm)(const float *gates, int64_t n, float *cell, float *hidden);
    /** out += sigmoid(reset) * x, n elements. */
    void (*reset)(const float *reset, const float *x, float *out, int64_t n);
    /** hidden = (1 - z) tanh(candidate) + z hidden, z = sigmoid(update), n elements. */
    void (*update)(const float *update, const float *candidate, float *hidden, int64_t n);
};

#endif
