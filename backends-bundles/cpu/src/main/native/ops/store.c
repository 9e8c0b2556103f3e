#include "store.h"

tn_store tn_store_of(const tn_run *run, const tn_epilogue *e, tn_ref c, int64_t ldc, int64_t n) {
    return (tn_store){.e = e,
                      .bias = tn_at(run, e->bias),
                      .residual = tn_at(run, e->residual),
                      .lut = tn_at(run, e->lut),
                      .c = tn_at(run, c),
                      .ldc = ldc,
                      .n = n};
}
