/* fp32 tiles of 4 rows by one or two vectors. */
#define TN_ISA scalar
#define MR 4
#include "tiles_f32.inc"
