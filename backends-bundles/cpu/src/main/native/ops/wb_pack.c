/* TN_PACK_GEMM_WB. */
#include <string.h>

#include "kernels.h"
#include "wb_layout.h"

static int zeros_of(const tn_pack_gemm_wb *p) {
    const float *zps = (const float *)(intptr_t)p->zps;
    if (zps == NULL) return TN_WB_NO_ZEROS;
    wb_layout l = wb_layout_of(p->k, p->n, p->bits, p->block, TN_WB_NO_ZEROS);
    for (int64_t i = 0; i < p->n * (l.cut ? 1 : l.blocks); i++) {
        if (!(zps[i] >= -128 && zps[i] <= 127) || zps[i] != (float)(int8_t)zps[i]) {
            return TN_WB_REAL_ZEROS;
        }
    }
    return TN_WB_WHOLE_ZEROS;
}

size_t tn_bytes_wb(const void *parameters, const tn_kernels *k) {
    const tn_pack_gemm_wb *p = parameters;
    wb_layout l = wb_layout_of(p->k, p->n, p->bits, p->block, zeros_of(p));
    return sizeof(wb_header) + (size_t)(l.panels * l.panel_bytes);
}

/* Puts `width` bits of vector i, column lane, byte k of a step into a plane. */
static void put(uint8_t *plane, int width, int i, int lane, int value) {
    plane[i * width / 8 * 64 + lane] |= (uint8_t)((value & ((1 << width) - 1)) << (i * width % 8));
}

static void put_code(uint8_t *step, int64_t bits, int64_t k, int64_t column, int code) {
    int i = (int)(k / 4 * 2 + column / 16);
    int lane = (int)(column % 16 * 4 + k % 4);
    int raised = bits == 1 ? code > 0 : code + tn_wb_offset(bits);
    if (bits == 6) {
        put(step, 4, i, lane, raised);
        put(step + 4 * 64, 2, i, lane, raised >> 4);
    } else {
        put(step, (int)bits, i, lane, raised);
    }
}

/* `zero` receives the block's zero points. */
static void pack_block(const tn_pack_gemm_wb *p, const wb_layout *l, int64_t column0, int64_t b,
                       int zeros, char *target, char *zero) {
    const int8_t *codes = (const int8_t *)(intptr_t)p->codes;
    const float *scales = (const float *)(intptr_t)p->scales;
    const float *zps = (const float *)(intptr_t)p->zps;
    float *scale = (float *)target;
    uint8_t *data = (uint8_t *)(scale + TN_WB_COLUMNS);
    int64_t k0 = b * l->block;
    int64_t count = p->k - k0 < l->block ? p->k - k0 : l->block;
    int64_t columns = p->n - column0 < TN_WB_COLUMNS ? p->n - column0 : TN_WB_COLUMNS;
    for (int64_t c = 0; c < columns; c++) {
        int64_t at = l->cut ? column0 + c : (column0 + c) * l->blocks + b;
        scale[c] = scales[at];
        if (zeros == TN_WB_WHOLE_ZEROS) ((int8_t *)zero)[c] = (int8_t)zps[at];
        if (zeros == TN_WB_REAL_ZEROS) ((float *)(void *)zero)[c] = zps[at];
        const int8_t *code = codes + (column0 + c) * p->k + k0;
        for (int64_t k = 0; k < count; k++) {
            put_code(data + k / TN_WB_STEP * p->bits * 64, p->bits, k % TN_WB_STEP, c, code[k]);
        }
    }
}

void tn_pack_wb(const void *parameters, const tn_kernels *kernels, void *target) {
    const tn_pack_gemm_wb *p = parameters;
    int zeros = zeros_of(p);
    wb_layout l = wb_layout_of(p->k, p->n, p->bits, p->block, zeros);
    memset(target, 0, tn_bytes_wb(parameters, kernels));
    ((wb_header *)target)->zeros = zeros;
    char *panel = (char *)target + sizeof(wb_header);
    for (int64_t i = 0; i < l.panels; i++) {
        for (int64_t b = 0; b < l.blocks; b++) {
            pack_block(p, &l, i * TN_WB_COLUMNS, b, zeros, panel + b * l.block_bytes,
                       panel + l.blocks_bytes + b * tn_wb_zero_bytes(zeros));
        }
        panel += l.panel_bytes;
    }
}
