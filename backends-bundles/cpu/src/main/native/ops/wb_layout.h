/* How packed weights of few bits and packed rows of A are laid out; see k_wb.h. */
#ifndef TENON_WB_LAYOUT_H
#define TENON_WB_LAYOUT_H

#include "k_wb.h"

/* A block as long as k is cut, so that sums stay within 32 bits and A's scales are near its values. */
#define WB_LONGEST 1024

typedef struct wb_layout {
    /* elements of k in a block; all columns of one block have one scale if it was cut */
    int64_t block, blocks, steps, last_steps;
    int64_t cut;
    int64_t panels;
    /* of a block; of a panel, and of its blocks alone */
    int64_t block_bytes, panel_bytes, blocks_bytes;
} wb_layout;

/* In front of the panels, 64 bytes. */
typedef struct wb_header {
    /* enum tn_wb_zeros */
    int64_t zeros;
    int64_t unused[7];
} wb_header;

static inline wb_layout wb_layout_of(int64_t k, int64_t n, int64_t bits, int64_t block, int zeros) {
    wb_layout l;
    l.cut = block >= k;
    l.block = !l.cut ? block : k < WB_LONGEST ? k + (k == 0) : WB_LONGEST;
    l.blocks = k == 0 ? 0 : (k + l.block - 1) / l.block;
    l.steps = (l.block + TN_WB_STEP - 1) / TN_WB_STEP;
    l.last_steps = k == 0 ? 0 : (k - (l.blocks - 1) * l.block + TN_WB_STEP - 1) / TN_WB_STEP;
    l.panels = (n + TN_WB_COLUMNS - 1) / TN_WB_COLUMNS;
    l.block_bytes = TN_WB_COLUMNS * (int64_t)sizeof(float) + l.steps * bits * 64;
    l.blocks_bytes = l.blocks * l.block_bytes;
    l.panel_bytes = l.blocks_bytes + (l.blocks * tn_wb_zero_bytes(zeros) + 63) / 64 * 64;
    return l;
}

/* Bytes of a packed row of A. */
static inline int64_t wb_row_bytes(const wb_layout *l, int64_t precision) {
    int64_t k = l->steps * TN_WB_STEP;
    return l->blocks * (precision == 1 ? k + 12 : (k + 1) * 4);
}

#endif
