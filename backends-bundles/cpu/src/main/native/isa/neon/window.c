#define TN_ISA neon
#include "windows.inc"
