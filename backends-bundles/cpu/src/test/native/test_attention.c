/* TN_ATTENTION against sums in double precision. */
#include "test.h"

typedef struct shape {
    int64_t batch, heads, kv_heads, sq, sk, d, dv;
} shape;

/* In the order [batch, sequence, heads, d], or [batch, heads, sequence, d]. */
static void strides(int by_head, int64_t heads, int64_t sequence, int64_t d, int64_t *b, int64_t *s,
                    int64_t *h) {
    *b = heads * sequence * d;
    *s = by_head ? d : heads * d;
    *h = by_head ? sequence * d : d;
}

static double mask_at(const tn_attention *p, const void *mask, int64_t b, int64_t h, int64_t i,
                      int64_t j) {
    if (mask == NULL) return 0;
    int64_t place = b * p->m_b + h * p->m_h + i * p->m_q + j * p->m_k;
    if (p->mask_type == TN_BOOL) return ((const uint8_t *)mask)[place] ? 0 : -INFINITY;
    return ((const float *)mask)[place];
}

static void row(const tn_attention *p, const float *q, const float *k, const float *v,
                const void *mask, int64_t b, int64_t h, int64_t i, double *o) {
    int64_t head = h / (p->heads / p->kv_heads);
    double *s = fresh((size_t)p->sk * 8 + 8), max = -INFINITY, total = 0;
    for (int64_t j = 0; j < p->sk; j++) {
        s[j] = 0;
        for (int64_t c = 0; c < p->d; c++) {
            s[j] += (double)q[b * p->q_b + i * p->q_s + h * p->q_h + c] *
                    k[b * p->k_b + j * p->k_s + head * p->k_h + c];
        }
        s[j] *= p->scale;
        if (p->cap > 0) s[j] = p->cap * tanh(s[j] / p->cap);
        s[j] += mask_at(p, mask, b, h, i, j);
        if (p->causal && j > i + p->past) s[j] = -INFINITY;
        max = fmax(max, s[j]);
    }
    for (int64_t c = 0; c < p->dv; c++) o[c] = 0;
    for (int64_t j = 0; j < p->sk && max > -INFINITY; j++) {
        double e = exp(s[j] - max);
        total += e;
        for (int64_t c = 0; c < p->dv && e != 0; c++) {
            o[c] += e * v[b * p->v_b + j * p->v_s + head * p->v_h + c];
        }
    }
    for (int64_t c = 0; c < p->dv && max > -INFINITY; c++) o[c] /= total;
    free(s);
}

/* kind of mask: 0 none, 1 TN_F32 per key, 2 TN_BOOL, 3 TN_F32 per query and key, turned. */
static void one(shape s, int round, int kind, int causal, int precision, int threads) {
    tn_attention p = {.batch = s.batch, .heads = s.heads, .kv_heads = s.kv_heads, .sq = s.sq,
                      .sk = s.sk, .d = s.d, .dv = s.dv, .causal = causal, .precision = precision,
                      .scale = 1 / sqrt((double)s.d), .cap = round % 5 == 4 ? 2.5 : 0,
                      .past = causal ? s.sk - s.sq : 0, .mask_type = kind == 2 ? TN_BOOL : TN_F32};
    if (causal && round % 3 == 0) p.past = random_int(-3, 3);
    strides(round & 1, s.heads, s.sq, s.d, &p.q_b, &p.q_s, &p.q_h);
    strides(round >> 1 & 1, s.kv_heads, s.sk, s.d, &p.k_b, &p.k_s, &p.k_h);
    strides(round >> 2 & 1, s.kv_heads, s.sk, s.dv, &p.v_b, &p.v_s, &p.v_h);
    strides(round & 1, s.heads, s.sq, s.dv, &p.o_b, &p.o_s, &p.o_h);
    size_t nq = (size_t)(s.batch * s.heads * s.sq), nk = (size_t)(s.batch * s.kv_heads * s.sk);
    float *q = random_floats(nq * (size_t)s.d, -3, 3), *k = random_floats(nk * (size_t)s.d, -2, 2);
    float *v = random_floats(nk * (size_t)s.dv, -2, 2), *o = fresh(nq * (size_t)s.dv * 4);
    void *mask = NULL;
    if (kind == 1) {
        p.m_b = s.sk, p.m_k = 1;
        mask = random_floats((size_t)(s.batch * s.sk), -2, 1);
        for (int64_t i = 0; i < s.batch * s.sk; i += 3) ((float *)mask)[i] = -3.4028235e38f;
    } else if (kind == 2) {
        p.m_b = s.sk * s.sq, p.m_q = s.sk, p.m_k = 1;
        mask = random_bytes((size_t)(s.batch * s.sk * s.sq));
        for (int64_t i = 0; i < s.batch * s.sk * s.sq; i++) ((uint8_t *)mask)[i] &= 1;
        /* One row is hidden altogether. */
        if (s.batch * s.sq > 0) memset(mask, 0, (size_t)s.sk);
    } else if (kind == 3) {
        p.m_h = s.sk * s.sq, p.m_q = 1, p.m_k = s.sq;
        mask = random_floats((size_t)(s.heads * s.sk * s.sq), -2, 1);
        for (int64_t i = 0; i < s.heads * s.sk * s.sq; i += 2) ((float *)mask)[i] = -INFINITY;
    }
    p.q = at(q), p.k = at(k), p.v = at(v), p.o = at(o), p.mask = at(mask);
    const char *error = run_op(TN_ATTENTION, &p, sizeof p, threads);
    CHECK(error[0] == 0, "attention: %s", error);
    double worst = 0, *want = fresh((size_t)s.dv * 8 + 8);
    for (int64_t b = 0; b < s.batch; b++) {
        for (int64_t h = 0; h < s.heads; h++) {
            for (int64_t i = 0; i < s.sq; i++) {
                row(&p, q, k, v, mask, b, h, i, want);
                for (int64_t c = 0; c < s.dv; c++) {
                    double e = fabs(o[b * p.o_b + i * p.o_s + h * p.o_h + c] - want[c]);
                    if (!(e <= worst)) worst = e == e ? e : INFINITY;
                }
            }
        }
    }
    CHECK(worst < (precision ? 0.06 : 1e-5),
          "attention of %dx%d(%d) %d queries %d keys d %d dv %d, mask %d causal %d precision %d: off by %g",
          (int)s.batch, (int)s.heads, (int)s.kv_heads, (int)s.sq, (int)s.sk, (int)s.d, (int)s.dv, kind,
          causal, precision, worst);
    free(q), free(k), free(v), free(o), free(want), free(mask);
}

static void strange(void) {
    /* One key's NaN spoils the rows that see it; an infinite score gives NaN. */
    enum { N = 20, D = 8 };
    float *q = random_floats(N * D, 0.5f, 1), *k = random_floats(N * D, 0.5f, 1);
    float *v = random_floats(N * D, -1, 1), *o = fresh(N * D * 4);
    for (int round = 0; round < 4; round++) {
        k[9 * D] = round % 2 ? INFINITY : NAN;
        tn_attention p = {.q = at(q), .k = at(k), .v = at(v), .o = at(o), .batch = 1, .heads = 1,
                          .kv_heads = 1, .sq = N, .sk = N, .d = D, .dv = D, .q_s = D, .k_s = D,
                          .v_s = D, .o_s = D, .causal = 1, .scale = 1, .precision = round / 2};
        run_op(TN_ATTENTION, &p, sizeof p, 1);
        int wrong = 0;
        for (int i = 0; i < N * D; i++) wrong += (o[i] != o[i]) != (i / D >= 9);
        CHECK(wrong == 0, "a key of %g: %d outputs are wrong", k[9 * D], wrong);
    }
    free(q), free(k), free(v), free(o);
}

static void tests(void) {
    static const shape shapes[] = {
        {1, 2, 2, 16, 16, 32, 32},  {2, 3, 3, 17, 33, 8, 8},   {1, 4, 2, 5, 40, 20, 12},
        {1, 2, 1, 1, 70, 64, 64},   {1, 1, 1, 9, 270, 16, 40}, {1, 1, 1, 3, 600, 7, 5},
        {1, 1, 1, 24, 128, 32, 32}, {2, 1, 1, 8, 1, 3, 1},    {1, 1, 1, 4, 0, 4, 4},
        {0, 2, 2, 4, 4, 4, 4},      {1, 2, 2, 0, 4, 4, 4},     {1, 4, 2, 10, 257, 33, 17},
        {32, 4, 4, 3, 40, 32, 32}, {1, 4, 2, 2, 700, 20, 70}, {1, 2, 2, 1, 0, 4, 4}};
    int round = 0;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (int kind = 0; kind < 4; kind++) {
            for (int causal = 0; causal < 2; causal++) {
                for (int precision = 0; precision < 2; precision++, round++) {
                    one(shapes[i], round, kind, causal, precision, 1 + round % 3);
                }
            }
        }
    }
    strange();
}

int main(void) {
    return on_every_isa(tests);
}
