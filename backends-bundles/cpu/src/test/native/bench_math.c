/*
 * Times of the operators on rows, as MiniLM and picture models need them; compiled by hand with
 * the library's objects: cc -O2 -Iinclude -Iengine -Iops -Itemplates bench_math.c OUT/objects-ARCH/{engine,ops,...}*.o
 */
#include <time.h>

#include "test.h"

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static char *scratch;

/* The least microseconds of many runs, on one thread. */
static double least(int64_t opcode, const void *p) {
    const tn_op *op = &tn_ops[opcode];
    size_t shared = op->shared ? op->shared(p, &tn_table, 1) : 0;
    tn_run run;
    memset(&run, 0, sizeof run);
    run.inputs = test_pointers;
    run.k = &tn_table;
    run.threads = 1;
    run.shared = scratch;
    run.local = scratch + (shared + 4095) / 64 * 64;
    double best = 1e30, start = now();
    while (now() - start < 300000) {
        double before = now();
        op->run(&run, p);
        double took = now() - before;
        best = took < best ? took : best;
    }
    test_pointer_count = 0;
    return best;
}

static void attention(int64_t sq, int64_t sk, int64_t heads, int64_t d, int64_t precision) {
    float *q = random_floats((size_t)(sq * heads * d), -1, 1), *o = fresh((size_t)(sq * heads * d * 4));
    float *kv = random_floats((size_t)(sk * heads * d * 2), -1, 1);
    float *mask = random_floats((size_t)sk, 0, 0);
    tn_attention p = {.q = at(q), .k = at(kv), .v = at(kv + heads * d), .o = at(o), .mask = at(mask),
                      .batch = 1, .heads = heads, .kv_heads = heads, .sq = sq, .sk = sk, .d = d,
                      .dv = d, .q_s = heads * d, .q_h = d, .k_s = 2 * heads * d, .k_h = d,
                      .v_s = 2 * heads * d, .v_h = d, .o_s = heads * d, .o_h = d, .m_k = 1,
                      .precision = precision, .scale = 0.2};
    printf("  attention %dx%d heads %d d %d precision %d: %8.1f us\n", (int)sq, (int)sk, (int)heads,
           (int)d, (int)precision, least(TN_ATTENTION, &p));
    free(q), free(o), free(kv), free(mask);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    scratch = fresh(64 << 20);
    for (const char *const *isa = tn_isas(); *isa; isa++) {
        const char *only = getenv("TENON_CPU_ISA");
        if (only && strcmp(only, *isa)) continue;
        tn_choose_isa(*isa);
        printf("%s\n", *isa);
        for (int64_t precision = 0; precision < 2; precision++) {
            attention(128, 128, 12, 32, precision);
            attention(16, 16, 12, 32, precision);
            attention(512, 512, 12, 64, precision);
            attention(1, 1024, 12, 64, precision);
        }
        enum { ROWS = 128, COLS = 384, N = 1 << 20 };
        float *x = random_floats(N, -3, 3), *y = fresh(N * 4);
        uint8_t *q = random_bytes(N), *q2 = random_bytes(N), *q3 = fresh(N);
        tn_row *params = fresh(ROWS * sizeof *params);
        tn_layernorm norm = {at(x), at(x + ROWS * COLS), at(x), at(x), at(x), at(y),
                             at(y + ROWS * COLS), at(q), at(params), ROWS, COLS, 0, 1e-5};
        printf("  layernorm with skip, bias, quantization 128x384: %.1f us\n", least(TN_LAYERNORM, &norm));
        tn_layernorm plain = {at(x), 0, 0, at(x), at(x), at(y), 0, 0, 0, ROWS, COLS, 0, 1e-5};
        printf("  layernorm 128x384: %.1f us\n", least(TN_LAYERNORM, &plain));
        tn_quant_rows rows = {at(x), at(q), at(params), ROWS, COLS * 4, COLS * 4, COLS * 4};
        printf("  quant_rows 128x1536: %.1f us\n", least(TN_QUANT_ROWS, &rows));
        tn_softmax soft = {at(x), at(y), 1536, 128, 1, 0};
        printf("  softmax 1536x128: %.1f us\n", least(TN_SOFTMAX, &soft));
        static const int fns[] = {TN_RELU, TN_HARD_SWISH, TN_GELU, TN_TANH, TN_SIGMOID, TN_SILU, TN_EXP,
                                  TN_LOG, TN_ELU, TN_SOFTPLUS, TN_MISH, TN_SIN, TN_GELU_TANH};
        for (size_t i = 0; i < sizeof fns / sizeof fns[0]; i++) {
            tn_unary unary = {at(x), at(y), 16384, fns[i], 1, 1};
            printf("  function %d: %.3f ns each\n", fns[i], least(TN_UNARY, &unary) * 1000 / 16384);
        }
        tn_qbinary pair = {at(q), at(q2), at(q3), 0, TN_ADD, 1024, 1024, 1, 1024, 1024, 1024, 0.01, 3, 0.02,
                           5, 40, 7};
        printf("  qbinary add: %.3f ns each\n", least(TN_QBINARY, &pair) * 1000 / N);
        tn_qbinary gate = {at(q), at(q2), at(q3), 0, TN_MUL, N / 96, 96, N / 96, 96, 96, 96, 0.01, 3, 0.02,
                           5, 40, 7};
        printf("  qbinary mul by vector: %.3f ns each\n", least(TN_QBINARY, &gate) * 1000 / N);
        tn_lut table = {at(q), at(q3), at(q2), 1024, 1024, 1024, 1024};
        printf("  lut: %.3f ns each\n", least(TN_LUT, &table) * 1000 / N);
        tn_quantize in = {at(x), at(q), 0, 0, N / 4, 3, 0, 3, TN_U8, 40, 3, N / 4};
        printf("  quantize from channels first, 3: %.3f ns each\n", least(TN_QUANTIZE, &in) * 1000 / (N / 4 * 3));
        tn_quantize out = {at(q), at(y), 0, 0, 1024, 1024, 1024, 1024, TN_U8, 0.1, 3, 0};
        printf("  dequantize: %.3f ns each\n", least(TN_DEQUANTIZE, &out) * 1000 / N);
        tn_chain chain = {at(x), at(y), N / 96, 96, 96, 96, 3, {{1, TN_MUL, 0, 0, at(x), N, 0, 1, 0},
                          {1, TN_ADD, 0, 0, at(x), N, 0, 1, 0}, {0, TN_HARD_SWISH, 0, 0, 0, 0, 0, 0, 0}}};
        printf("  chain of 3 over rows of 96: %.3f ns each\n", least(TN_CHAIN, &chain) * 1000 / N);
        tn_binary add = {at(x), at(y), at(y), TN_ADD, TN_F32, 1, {N}, {1}, {1}};
        printf("  add: %.3f ns each\n", least(TN_BINARY, &add) * 1000 / N);
        tn_reduce mean = {at(x), at(y), TN_REDUCE_MEAN, TN_F32, 1, N / 96, 96};
        printf("  mean down columns: %.3f ns each\n", least(TN_REDUCE, &mean) * 1000 / N);
        free(x), free(y), free(q), free(q2), free(q3), free(params);
    }
    return 0;
}
