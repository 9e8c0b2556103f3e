/* The library as the Java class ai.tenon.cpu.internal.engine.Library sees it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jni.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernels.h"
#include "peak.h"
#include "plan.h"

#define JAVA(type, name) JNIEXPORT type JNICALL Java_ai_tenon_cpu_internal_engine_Library_##name

/* A context's run: what a plan is run with. */
typedef struct context {
    tn_run run;
    const int64_t *code;
    int64_t at;
    jmethodID should_stop;
} context;

typedef struct caller {
    JNIEnv *env;
    jobject control;
    jmethodID should_stop;
} caller;

static int stopped(void *argument) {
    caller *c = argument;
    return (*c->env)->CallBooleanMethod(c->env, c->control, c->should_stop);
}

JAVA(jstring, choose)(JNIEnv *env, jclass type, jstring name) {
    const char *wanted = name == NULL ? NULL : (*env)->GetStringUTFChars(env, name, NULL);
    const char *chosen = tn_choose_isa(wanted);
    if (wanted != NULL) {
        (*env)->ReleaseStringUTFChars(env, name, wanted);
    }
    return chosen == NULL ? NULL : (*env)->NewStringUTF(env, chosen);
}

JAVA(jstring, present)(JNIEnv *env, jclass type) {
    char names[256] = "";
    for (const char *const *isa = tn_isas(); *isa != NULL; isa++) {
        strcat(strcat(names, names[0] ? ", " : ""), *isa);
    }
    return (*env)->NewStringUTF(env, names);
}

JAVA(jstring, build)(JNIEnv *env, jclass type) {
    return (*env)->NewStringUTF(env, TENON_BUILD);
}

JAVA(jlong, packedBytes)(JNIEnv *env, jclass type, jint kind, jlongArray parameters) {
    jlong *p = (*env)->GetLongArrayElements(env, parameters, NULL);
    size_t bytes = tn_packings[kind].bytes == NULL ? 0 : tn_packings[kind].bytes(p, &tn_table);
    (*env)->ReleaseLongArrayElements(env, parameters, p, JNI_ABORT);
    return (jlong)bytes;
}

JAVA(void, pack)(JNIEnv *env, jclass type, jint kind, jlongArray parameters, jlong target) {
    jlong *p = (*env)->GetLongArrayElements(env, parameters, NULL);
    tn_packings[kind].pack(p, &tn_table, (void *)target);
    (*env)->ReleaseLongArrayElements(env, parameters, p, JNI_ABORT);
}

JAVA(jlong, address)(JNIEnv *env, jclass type, jobject buffer) {
    return (jlong)(intptr_t)(*env)->GetDirectBufferAddress(env, buffer);
}

JAVA(jobject, buffer)(JNIEnv *env, jclass type, jlong address, jlong bytes) {
    return (*env)->NewDirectByteBuffer(env, (void *)(intptr_t)address, bytes);
}

JAVA(jlong, reserve)(JNIEnv *env, jclass type, jlong bytes) {
    void *memory = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? 0 : (jlong)(intptr_t)memory;
}

JAVA(void, release)(JNIEnv *env, jclass type, jlong address, jlong bytes) {
    munmap((void *)(intptr_t)address, (size_t)bytes);
}

JAVA(jboolean, mapOver)(JNIEnv *env, jclass type, jstring path, jlong offset, jlong bytes,
                        jlong address) {
    const char *name = (*env)->GetStringUTFChars(env, path, NULL);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    (*env)->ReleaseStringUTFChars(env, path, name);
    if (file < 0) {
        return JNI_FALSE;
    }
    void *mapped = mmap((void *)(intptr_t)address, (size_t)bytes, PROT_READ,
                        MAP_PRIVATE | MAP_FIXED, file, offset);
    close(file);
    return mapped != MAP_FAILED;
}

JAVA(void, releasePages)(JNIEnv *env, jclass type, jlong address, jlong bytes) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = ((uintptr_t)address + page - 1) / page * page;
    uintptr_t to = ((uintptr_t)address + (uintptr_t)bytes) / page * page;
    FILE *maps = from < to ? fopen("/proc/self/maps", "re") : NULL;
    if (maps == NULL) {
        return;
    }
    char line[512];
    int begins = 1; // a path may be longer than a line is here
    while (fgets(line, sizeof line, maps) != NULL) {
        uintptr_t first, end;
        char mode[8];
        unsigned long inode;
        if (begins && sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s %*s %*s %lu", &first, &end, mode,
                             &inode) == 4
            && strcmp(mode, "r--s") == 0 && inode != 0 && first < to && end > from) {
            uintptr_t start = first > from ? first : from;
            madvise((void *)start, (end < to ? end : to) - start, MADV_DONTNEED);
        }
        begins = strchr(line, '\n') != NULL;
    }
    fclose(maps);
}

JAVA(jlong, newPool)(JNIEnv *env, jclass type, jint limit, jobject budget, jboolean pin) {
    atomic_int *shared = (*env)->GetDirectBufferAddress(env, budget);
    return (jlong)(intptr_t)tn_pool_new(limit, shared, pin);
}

JAVA(void, freePool)(JNIEnv *env, jclass type, jlong pool) {
    tn_pool_free((tn_pool *)(intptr_t)pool);
}

JAVA(jlong, newPlan)(JNIEnv *env, jclass type, jlongArray code) {
    jsize words = (*env)->GetArrayLength(env, code);
    int64_t *copy = malloc(sizeof(int64_t) * (size_t)(words > 0 ? words : 1));
    if (copy != NULL) {
        (*env)->GetLongArrayRegion(env, code, 0, words, (jlong *)copy);
    }
    return (jlong)(intptr_t)copy;
}

JAVA(void, freePlan)(JNIEnv *env, jclass type, jlong plan) {
    free((void *)(intptr_t)plan);
}

JAVA(jlong, newRun)(JNIEnv *env, jclass type, jlong plan, jlong weights, jlong arena, jlong pointers,
                    jint inputs, jlong pool, jint threads) {
    context *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return 0;
    }
    c->code = (const int64_t *)(intptr_t)plan;
    tn_scratch scratch = tn_plan_scratch(c->code, threads);
    size_t shared = (scratch.shared + 63) / 64 * 64;
    c->run.local_stride = (scratch.local + 63) / 64 * 64;
    char *memory = aligned_alloc(64, shared + c->run.local_stride * (size_t)threads + 64);
    if (memory == NULL) {
        free(c);
        return 0;
    }
    c->run.shared = memory;
    c->run.local = memory + shared;
    c->run.weights = (char *)(intptr_t)weights;
    c->run.arena = (char *)(intptr_t)arena;
    c->run.inputs = (char **)(intptr_t)pointers;
    c->run.outputs = c->run.inputs + inputs;
    c->run.k = &tn_table;
    c->run.pool = (tn_pool *)(intptr_t)pool;
    c->run.threads = threads;
    return (jlong)(intptr_t)c;
}

JAVA(void, freeRun)(JNIEnv *env, jclass type, jlong handle) {
    context *c = (context *)(intptr_t)handle;
    free(c->run.shared);
    free(c);
}

/* Runs the plan until the control says stop; times may be NULL. */
static jint run_plan(JNIEnv *env, context *c, jobject control, int64_t *times) {
    if (c->should_stop == NULL) {
        jclass control_type = (*env)->GetObjectClass(env, control);
        c->should_stop = (*env)->GetMethodID(env, control_type, "shouldStop", "()Z");
    }
    caller who = {env, control, c->should_stop};
    return tn_plan_run(&c->run, c->code, stopped, &who, times, &c->at);
}

JAVA(jint, run)(JNIEnv *env, jclass type, jlong handle, jobject control) {
    return run_plan(env, (context *)(intptr_t)handle, control, NULL);
}

JAVA(jint, profile)(JNIEnv *env, jclass type, jlong handle, jobject control, jlongArray nanos) {
    jlong *times = (*env)->GetLongArrayElements(env, nanos, NULL);
    jint outcome = run_plan(env, (context *)(intptr_t)handle, control, (int64_t *)times);
    (*env)->ReleaseLongArrayElements(env, nanos, times, 0);
    return outcome;
}

JAVA(jstring, error)(JNIEnv *env, jclass type, jlong handle) {
    return (*env)->NewStringUTF(env, ((context *)(intptr_t)handle)->run.error);
}

JAVA(jlong, at)(JNIEnv *env, jclass type, jlong handle) {
    return ((context *)(intptr_t)handle)->at;
}

JAVA(jdouble, peak)(JNIEnv *env, jclass type, jint kind, jlong pool, jint threads) {
    return tn_peak((enum tn_peak_kind)kind, (tn_pool *)(intptr_t)pool, threads);
}
