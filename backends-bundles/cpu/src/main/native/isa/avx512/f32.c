/* fp32 tiles of 12 rows by one or two vectors. */
#define TN_ISA avx512
#define MR 12
#include "tiles_f32.inc"
