#define TN_ISA scalar
#include "windows.inc"
