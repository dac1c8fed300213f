/* diag.h -- the user's mistakes: a list of diagnostics with positions, printed like a compiler's.
 *
 *   shop.yaml:12:15: error[E-FIELD]: no field `segmnt` in `profiles`
 *      12 |     where: 'profiles.segmnt == "gold"'
 *         |                      ^~~~~~
 *         = did you mean `segment`?
 *
 * Columns count characters (code points), as editors do; the caret stands right also behind tabs
 * and wide characters, and of a very long line only the part around it is shown.
 *
 * All diagnostics of a file are collected and printed sorted by position. Codes are stable names.
 */
#ifndef MR_BASE_DIAG_H
#define MR_BASE_DIAG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/tree.h"

enum mr_severity { MR_ERROR, MR_WARNING };

struct mr_diag {
    enum mr_severity severity;
    const char *code; /* "E-FIELD", "W-INTDIV"; static */
    struct mr_pos pos;
    uint32_t len;     /* bytes to underline; 0 or 1 = a caret */
    const char *text; /* one line */
    const char *hint; /* one line, or NULL */
};

struct mr_diags {
    struct mr_arena *arena; /* borrowed; holds the texts */
    const char *file;       /* name as the user gave it */
    struct mr_str source;   /* whole text, borrowed; for the source lines */
    struct mr_diag *list;   /* owned */
    size_t n, cap;
    size_t n_errors;
};

void mr_diags_init(struct mr_diags *d, struct mr_arena *a, const char *file, struct mr_str source);
void mr_diags_done(struct mr_diags *d);
/* Returns the new diagnostic; set len, hint on it. */
struct mr_diag *mr_diag_add(struct mr_diags *d, enum mr_severity s, const char *code,
                            struct mr_pos pos, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
#define mr_error(d, code, pos, ...) mr_diag_add((d), MR_ERROR, (code), (pos), __VA_ARGS__)
void mr_diag_hint(struct mr_diags *d, struct mr_diag *g, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void mr_diags_print(struct mr_diags *d, struct mr_buf *to); /* sorts, then prints all */

#endif
