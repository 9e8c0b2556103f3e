#include "act.h"
#include "kernels.h"
#include "rnn.inc"

static void product(const float *a, int64_t lda, int64_t rows, int64_t k, const float *panel,
                    float *c, int64_t ldc) {
    for (int64_t m = 0; m < rows; m++) {
        for (int64_t i = 0; i < k; i++) {
            for (int64_t n = 0; n < TN_RNN_COLUMNS; n++) {
                c[m * ldc + n] += a[m * lda + i] * panel[i * TN_RNN_COLUMNS + n];
            }
        }
    }
}

void tn_scalar_rnn(struct tn_k_rnn *k) {
    k->product = product;
    k->lstm = lstm;
    k->reset = reset;
    k->update = update;
}
