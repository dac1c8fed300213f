/* cel_messages.c -- see cel_messages.h. CEL_DESCRIPTORS: the file, defined by meson. */
#include "tests/expr/cel_messages.h"

#include <stdio.h>
#include <stdlib.h>

static struct mr_str read_set(struct mr_arena *a) {
    enum { MAX = 1 << 20 };
    char *p = mr_arena_alloc(a, MAX);
    FILE *f = fopen(CEL_DESCRIPTORS, "rb");
    size_t n = f ? fread(p, 1, MAX, f) : 0;
    if (f) fclose(f);
    if (n) return (struct mr_str){p, n};
    fprintf(stderr, "%s cannot be read\n", CEL_DESCRIPTORS);
    exit(1);
}

const struct mr_messages *cel_messages(void) {
    static const struct mr_messages *pool;
    static struct mr_arena arena; /* until the end of the program */
    const char *problem;
    if (pool) return pool;
    mr_arena_init(&arena);
    pool = mr_messages_new(&arena, read_set(&arena), &problem);
    if (pool) return pool;
    fprintf(stderr, "%s: %s\n", CEL_DESCRIPTORS, problem);
    exit(1);
}

const struct mr_type *cel_message_type(struct mr_str name) {
    const struct mr_type *t = mr_messages_find(cel_messages(), name);
    return t ? t->message->cel : NULL;
}

bool cel_message_value(struct mr_arena *a, struct mr_str name, struct mr_str wire,
                       struct mr_value *ret) {
    const struct mr_type *t = mr_messages_find(cel_messages(), name);
    const char *problem;
    if (!t || !mr_message_read(a, t, wire, ret, &problem)) return false;
    if (ret->tag == MR_V_STRUCT) *ret = mr_value_coerce(a, ret, t, &mr_type_dyn);
    return true;
}
