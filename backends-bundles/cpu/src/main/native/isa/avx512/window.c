#define TN_ISA avx512
#include "windows.inc"
