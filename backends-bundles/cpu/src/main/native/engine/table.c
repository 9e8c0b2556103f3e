/*
 * Operators and packings by number. Each family lists its own in ops/FAMILY.inc:
 *
 *   OP(opcode, name)         tn_run_name
 *   OP_SHARED(opcode, name)  and tn_shared_name, the size of scratch memory for all threads
 *   OP_LOCAL(opcode, name)   and tn_local_name, that for each thread
 *   OP_BOTH(opcode, name)    and both
 *   PACKING(kind, name)      tn_bytes_name, tn_pack_name
 */
#include "kernels.h"

/* First the declarations. */
#define OP(code, name) void tn_run_##name(tn_run *, const void *);
#define OP_SHARED(code, name) \
    OP(code, name) size_t tn_shared_##name(const void *, const tn_kernels *, int);
#define OP_LOCAL(code, name) \
    OP(code, name) size_t tn_local_##name(const void *, const tn_kernels *, int);
#define OP_BOTH(code, name) \
    OP_SHARED(code, name) size_t tn_local_##name(const void *, const tn_kernels *, int);
#define PACKING(kind, name)                                   \
    size_t tn_bytes_##name(const void *, const tn_kernels *); \
    void tn_pack_##name(const void *, const tn_kernels *, void *);
#include "families.inc"
#undef OP
#undef OP_SHARED
#undef OP_LOCAL
#undef OP_BOTH
#undef PACKING

#define OP(code, name) [code] = {#code, tn_run_##name, NULL, NULL},
#define OP_SHARED(code, name) [code] = {#code, tn_run_##name, tn_shared_##name, NULL},
#define OP_LOCAL(code, name) [code] = {#code, tn_run_##name, NULL, tn_local_##name},
#define OP_BOTH(code, name) [code] = {#code, tn_run_##name, tn_shared_##name, tn_local_##name},
#define PACKING(kind, name)
const tn_op tn_ops[TN_OPCODES] = {
#include "families.inc"
    [TN_OP_END] = {"TN_OP_END", NULL, NULL, NULL}};
#undef OP
#undef OP_SHARED
#undef OP_LOCAL
#undef OP_BOTH
#undef PACKING

#define OP(code, name)
#define OP_SHARED(code, name)
#define OP_LOCAL(code, name)
#define OP_BOTH(code, name)
#define PACKING(kind, name) [kind] = {#kind, tn_bytes_##name, tn_pack_##name},
const tn_packing tn_packings[TN_PACKINGS + 1] = {
#include "families.inc"
    [TN_PACKINGS] = {NULL, NULL, NULL}};
