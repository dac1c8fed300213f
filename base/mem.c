#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *p, size_t n) {
    if (p || n == 0) return p;
    fprintf(stderr, "millrace: out of memory (%zu bytes)\n", n);
    abort();
}

void *mr_alloc(size_t n) {
    return checked(malloc(n ? n : 1), n);
}

void *mr_calloc(size_t n, size_t size) {
    return checked(calloc(n ? n : 1, size), n * size);
}

void *mr_realloc(void *p, size_t n) {
    return checked(realloc(p, n ? n : 1), n);
}

char *mr_strdup(const char *s) {
    return checked(strdup(s), 1);
}

void mr_free(void *p) {
    free(p);
}

void mr_freep(void *pp) {
    free(*(void **)pp);
}
