/* TN_PACK_GEMM_WB. */
#include <string.h>

#include "kernels.h"
#include "wb_layout.h"

static wb_layout layout_of(const tn_pack_gemm_wb *p) {
    return wb_layout_of(p->k, p->n, p->bits, p->block, p->zps != 0);
}

size_t tn_bytes_wb(const void *parameters, const tn_kernels *k) {
    wb_layout l = layout_of(parameters);
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

static void pack_block(const tn_pack_gemm_wb *p, const wb_layout *l, int64_t column0, int64_t b,
                       char *target) {
    const int8_t *codes = (const int8_t *)(intptr_t)p->codes;
    const float *scales = (const float *)(intptr_t)p->scales;
    const float *zps = (const float *)(intptr_t)p->zps;
    float *scale = (float *)target;
    float *zero = scale + TN_WB_COLUMNS;
    uint8_t *data = (uint8_t *)(scale + (zps != NULL ? 2 : 1) * TN_WB_COLUMNS);
    int64_t k0 = b * l->block;
    int64_t count = p->k - k0 < l->block ? p->k - k0 : l->block;
    int64_t columns = p->n - column0 < TN_WB_COLUMNS ? p->n - column0 : TN_WB_COLUMNS;
    for (int64_t c = 0; c < columns; c++) {
        int64_t at = l->cut ? column0 + c : (column0 + c) * l->blocks + b;
        scale[c] = scales[at];
        if (zps != NULL) {
            zero[c] = scales[at] * zps[at];
        }
        const int8_t *code = codes + (column0 + c) * p->k + k0;
        for (int64_t k = 0; k < count; k++) {
            put_code(data + k / TN_WB_STEP * p->bits * 64, p->bits, k % TN_WB_STEP, c, code[k]);
        }
    }
}

void tn_pack_wb(const void *parameters, const tn_kernels *kernels, void *target) {
    const tn_pack_gemm_wb *p = parameters;
    wb_layout l = layout_of(p);
    memset(target, 0, tn_bytes_wb(parameters, kernels));
    ((wb_header *)target)->zeros = p->zps != 0;
    char *panel = (char *)target + sizeof(wb_header);
    for (int64_t i = 0; i < l.panels; i++) {
        for (int64_t b = 0; b < l.blocks; b++) {
            pack_block(p, &l, i * TN_WB_COLUMNS, b, panel + b * l.block_bytes);
        }
        panel += l.panel_bytes;
    }
}
