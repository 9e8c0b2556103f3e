#include "act.h"
#include "kernels.h"
#include "rnn.inc"
#include "rnn_product.inc"

void tn_avx512_rnn(struct tn_k_rnn *k) {
    k->product = product;
    k->lstm = lstm;
    k->reset = reset;
    k->update = update;
}
