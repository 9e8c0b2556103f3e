#include "act.h"
#include "kernels.h"
#include "rnn.inc"

void tn_avx512_rnn(struct tn_k_rnn *k) {
    fill(k);
}
