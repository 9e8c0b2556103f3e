/*
 * TN_ATTENTION: keys and values are packed once for each head that has its own, as many heads at a
 * time as the second cache holds; then tiles of queries attend to them.
 */
#include "grain.h"
#include "kernels.h"

/* Packed at a time, if that is more than one head. */
#define PACKED_BYTES (512 * 1024)

typedef struct attention {
    tn_run *run;
    const tn_attention *p;
    const tn_attention_kernel *k;
    const float *q, *keys, *values;
    const char *mask;
    float *o;
    /** Words of a head's packed keys, and of its keys and values. */
    int64_t keys_words, words;
    /** Heads of keys in memory: the first, counted over all batches, and tiles of one's queries. */
    int64_t first, tiles;
} attention;

/* For so few queries packing would take longer than attending to keys as they are. */
static int is_direct(const tn_attention *p) {
    return p->sq <= 2;
}

static const tn_attention_kernel *kernel_of(const tn_attention *p, const tn_kernels *k) {
    if (is_direct(p)) {
        return &k->math.attention[0];
    }
    const tn_attention_kernel *wanted = &k->math.attention[p->precision == 1];
    return wanted->tile != NULL ? wanted : &k->math.attention[0];
}

static int64_t words_of(const tn_attention *p, const tn_attention_kernel *k) {
    if (is_direct(p)) {
        return 0;
    }
    return tn_rounded(tn_attention_keys(k, p->sk, p->d) + tn_attention_values(k, p->sk, p->dv), 16);
}

static int64_t heads_at_a_time(const tn_attention *p, int64_t words) {
    if (is_direct(p)) {
        return p->batch * p->kv_heads;
    }
    int64_t heads = PACKED_BYTES / (4 * words + 1);
    int64_t all = p->batch * p->kv_heads;
    return heads < 1 ? 1 : heads < all ? heads : all;
}

static void pack(void *argument, int64_t begin, int64_t end, int thread) {
    const attention *a = argument;
    const tn_attention *p = a->p;
    for (int64_t i = begin; i < end; i++) {
        int64_t batch = (a->first + i) / p->kv_heads;
        int64_t head = (a->first + i) % p->kv_heads;
        float *to = (float *)(void *)a->run->shared + i * a->words;
        a->k->pack_keys(a->keys + batch * p->k_b + head * p->k_h, p->k_s, p->sk, p->d, to,
                        tn_local(a->run, thread));
        a->k->pack_values(a->values + batch * p->v_b + head * p->v_h, p->v_s, p->sk, p->dv,
                          to + a->keys_words);
    }
}

/* Items are tiles of queries, of all heads that share the packed ones. */
static void attend(void *argument, int64_t begin, int64_t end, int thread) {
    const attention *a = argument;
    const tn_attention *p = a->p;
    int64_t sharing = p->heads / p->kv_heads;
    int64_t mask_size = (int64_t)tn_size(p->mask_type);
    int64_t rows = is_direct(p) ? 1 : a->k->rows;
    for (int64_t i = begin; i < end; i++) {
        int64_t packed = i / a->tiles / sharing;
        int64_t batch = (a->first + packed) / p->kv_heads;
                int64_t query = i % a->tiles * rows;
        int64_t key_head = (a->first + packed) % p->kv_heads;
        int64_t head = key_head * sharing + i / a->tiles % sharing;
        const float *keys = (const float *)(void *)a->run->shared + packed * a->words;
        tn_attention_tile t = {
            .q = a->q + batch * p->q_b + head * p->q_h + query * p->q_s,
            .o = a->o + batch * p->o_b + head * p->o_h + query * p->o_s,
            .count = p->sq - query < rows ? p->sq - query : rows,
            .q_s = p->q_s,
            .o_s = p->o_s,
            .keys = keys,
            .values = keys + a->keys_words,
            .k_s = p->k_s,
            .v_s = p->v_s,
            .sk = p->sk,
            .d = p->d,
            .dv = p->dv,
            .scale = (float)p->scale,
            .cap = (float)p->cap,
            .m_q = p->m_q,
            .m_k = p->m_k,
            .mask_type = p->mask_type,
            .visible = p->causal ? query + p->past + 1 : INT64_MAX / 2,
            .scratch = tn_local(a->run, thread)};
        if (a->mask != NULL) {
            t.mask = a->mask + (batch * p->m_b + head * p->m_h + query * p->m_q) * mask_size;
        }
        if (is_direct(p)) {
            t.keys = a->keys + batch * p->k_b + key_head * p->k_h;
            t.values = a->values + batch * p->v_b + key_head * p->v_h;
            a->k->direct(&t);
        } else {
            a->k->tile(&t);
        }
    }
}

size_t tn_shared_attention(const void *parameters, const tn_kernels *kernels, int threads) {
    const tn_attention *p = parameters;
    int64_t words = words_of(p, kernel_of(p, kernels));
    return (size_t)(heads_at_a_time(p, words) * words) * sizeof(float);
}

size_t tn_local_attention(const void *parameters, const tn_kernels *kernels, int threads) {
    const tn_attention *p = parameters;
    return (size_t)tn_attention_scratch(kernel_of(p, kernels), p->d, p->dv) * sizeof(float);
}

void tn_run_attention(tn_run *run, const void *parameters) {
    const tn_attention *p = parameters;
    const tn_attention_kernel *k = kernel_of(p, run->k);
    if (p->mask != 0 && p->mask_type != TN_F32 && p->mask_type != TN_BOOL) {
        tn_fail(run, "attention has no mask of type %d", (int)p->mask_type);
        return;
    }
    if (p->sq == 0 || p->batch * p->heads == 0) {
        return;
    }
    attention a = {run, p, k, tn_at(run, p->q), tn_at(run, p->k), tn_at(run, p->v),
                   tn_at(run, p->mask), tn_at(run, p->o), tn_attention_keys(k, p->sk, p->d),
                   words_of(p, k), 0, is_direct(p) ? p->sq : (p->sq + k->rows - 1) / k->rows};
    int64_t all = p->batch * p->kv_heads;
    int64_t step = heads_at_a_time(p, a.words);
    double key_nanos = 0.1 * (double)(p->sk * (p->d + p->dv));
    double tile_nanos = 0.02 * (double)(k->rows * p->sk * (p->d + p->dv + 32)) + 100;
    for (a.first = 0; a.first < all; a.first += step) {
        int64_t heads = all - a.first < step ? all - a.first : step;
        if (!is_direct(p)) {
            tn_parallel(run, heads, tn_grain(key_nanos), pack, &a);
        }
        tn_parallel(run, heads * (p->heads / p->kv_heads) * a.tiles, tn_grain(tile_nanos), attend,
                    &a);
    }
}
