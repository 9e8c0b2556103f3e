/* fp32 tiles of 6 rows by one or two vectors. */
#define TN_ISA avx2
#define MR 6
#include "tiles_f32.inc"
