/* fp32 tiles of 8 rows by one or two vectors. */
#define TN_ISA neon
#define MR 8
#include "tiles_f32.inc"
