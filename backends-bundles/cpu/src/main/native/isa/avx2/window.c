#define TN_ISA avx2
#include "windows.inc"
