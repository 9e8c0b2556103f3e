/* From integer accumulators to what is stored. */
#include "epilogue.h"
#include "kernels.h"

static void store_q8(const tn_epi *e, const tn_q8_columns *q, const int32_t *c, int width, void *out,
                     int64_t ld, int64_t row, int64_t col, int rows, int cols) {
    for (int j = 0; j < cols; j += VF) {
        int64_t n = cols - j < VF ? cols - j : VF;
        int64_t at = col + j;
        vf bias = {0};
        vf scale = n == VF ? vf_load(e->scale + at) : vf_load_n(e->scale + at, n);
        vi sums = n == VF ? vi_load(q->sums + at) : vi_load_n(q->sums + at, n);
        vi zps = {0};
        if (e->bias != NULL) {
            bias = n == VF ? vf_load(e->bias + at) : vf_load_n(e->bias + at, n);
        }
        if (q->zps != NULL) {
            zps = n == VF ? vi_load(q->zps + at) : vi_load_n(q->zps + at, n);
        }
        for (int r = 0; r < rows; r++) {
            vi acc = vi_load(c + r * width + j);
            int32_t zp = q->rows != NULL ? q->rows[row + r].zp - q->offset : q->a_zp;
            acc -= sums * zp;
            if (q->zps != NULL) {
                /* sums are of what was multiplied */
                int32_t sum = q->row_sums[r] - q->offset * (int32_t)q->k;
                acc -= zps * (sum - zp * (int32_t)q->k);
            }
            vf v = vf_of_vi(acc) * scale;
            if (q->rows != NULL) {
                v = v * q->rows[row + r].scale;
            }
            epilogue_store(e, v + bias, out, ld, row + r, at, n);
        }
    }
}
