/* Tables of 256 codes by VPERMI2B. */
#include "store_q8.h"

void tn_avx512vbmi_q8(struct tn_k_q8 *k) {
    k->store = store_q8;
}
