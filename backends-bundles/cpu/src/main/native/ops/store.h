/* Epilogues of the family wb; the kernel that does them is tn_k_wb.store. */
#ifndef TENON_STORE_H
#define TENON_STORE_H

#include "kernels.h"

/** The epilogue with its addresses, for results in C with n columns. */
tn_store tn_store_of(const tn_run *run, const tn_epilogue *e, tn_ref c, int64_t ldc, int64_t n);

#endif
