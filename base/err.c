#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

const char *mr_class_name(enum mr_class c) {
    static const char *const names[MR_N_CLASSES] = {"ok", "retry", "abort", "unknown", "fatal"};
    return c < MR_N_CLASSES ? names[c] : "?";
}

enum mr_class mr_err_set(struct mr_err *e, enum mr_class c, int code, const char *fmt, ...) {
    if (!e) return c;
    va_list ap;
    e->class = c;
    e->code = code;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    return c;
}
