/*
 * The table of kernels: one struct of function pointers per family, filled at load time by the
 * instruction sets that the processor has, from the oldest to the newest (engine/dispatch.c).
 *
 * isa/ISA/FAMILY.c defines void tn_ISA_FAMILY(struct tn_k_FAMILY *) and overwrites the pointers for
 * which it has something better; isa/scalar sets all of them.
 */
#ifndef TENON_KERNELS_H
#define TENON_KERNELS_H

#include "k_f32.h"
#include "k_math.h"
#include "k_peak.h"
#include "k_q8.h"
#include "k_rnn.h"
#include "k_wb.h"
#include "k_window.h"

typedef struct tn_kernels {
    /** Name of the newest instruction set in use, as in avx512vnni. */
    const char *isa;
    /** Matrix products and convolutions of TN_F32 and TN_BF16. */
    struct tn_k_f32 f32;
    /** The same of 8-bit integers. */
    struct tn_k_q8 q8;
    /** Weights of few bits, and sparse ones. */
    struct tn_k_wb wb;
    /** Element by element, normalisation, attention. */
    struct tn_k_math math;
    /** LSTM and GRU. */
    struct tn_k_rnn rnn;
    /** Depthwise convolution, pooling, resizing. */
    struct tn_k_window window;
    /** What the instruction set can do at most. */
    struct tn_k_peak peak;
} tn_kernels;

/** The kernels in use; chosen by tn_choose_isa. */
extern tn_kernels tn_table;

/**
 * Fills tn_table with the kernels of the named instruction set and all before it; NULL or "": the
 * newest that this processor has. Returns its name, or NULL if there is none of that name or the
 * processor does not have it.
 */
const char *tn_choose_isa(const char *name);

/** Names of all instruction sets that this processor has, oldest first; NULL behind the last. */
const char *const *tn_isas(void);

#endif
