/* config.h -- where things run: the settings of run.yaml, flags and environment.
 *
 * One row each in config.def. A setting is set by name from text with a range check; the source
 * with the higher rank wins, whatever the order of reading: flag > MILLRACE_<NAME> > run.yaml >
 * default.
 */
#ifndef MR_BASE_CONFIG_H
#define MR_BASE_CONFIG_H

#include "base/diag.h"

enum mr_config_id {
#define CONFIG(type, name, def, min, max, doc) MR_C_##name,
#include "base/config.def"
#undef CONFIG
    MR_N_CONFIG
};

enum mr_config_type { MR_C_STR, MR_C_INT, MR_C_BOOL, MR_C_MS, MR_C_BYTES };

enum mr_config_from { MR_FROM_DEFAULT, MR_FROM_FILE, MR_FROM_ENV, MR_FROM_FLAG };

/* Types of the fields: STR is owned text, never NULL; MS and BYTES are numbers; BYTES 0 = unset. */
#define MR_FIELD_STR   char *
#define MR_FIELD_INT   int64_t
#define MR_FIELD_BOOL  bool
#define MR_FIELD_MS    int64_t
#define MR_FIELD_BYTES int64_t

struct mr_config {
#define CONFIG(type, name, def, min, max, doc) MR_FIELD_##type name;
#include "base/config.def"
#undef CONFIG
    enum mr_config_from from[MR_N_CONFIG]; /* who set it last */
};

struct mr_config_row {
    const char *name;
    enum mr_config_type type;
    const char *def;  /* default as text; "" = empty or unset */
    int64_t min, max; /* INT, MS, BYTES; both 0 = any */
    const char *doc;
    size_t at; /* offset in struct mr_config */
};

extern const struct mr_config_row mr_config_rows[MR_N_CONFIG];

void mr_config_init(struct mr_config *c); /* all defaults */
void mr_config_done(struct mr_config *c);

/* Index of a name, `-` and `_` alike; -1 = none. */
int mr_config_find(const char *name);
/* false: one line about it was added to error (without the line break); c is unchanged. */
bool mr_config_set(struct mr_config *c, enum mr_config_from from, int id, const char *text,
                   struct mr_buf *error);
/* All MILLRACE_<NAME>. get: NULL = not set. Each problem is one line in errors. */
bool mr_config_env(struct mr_config *c, const char *(*get)(void *arg, const char *name), void *arg,
                   struct mr_buf *errors);
/* The map of a run.yaml; keys in `others` are left to the caller. Problems go to d. */
bool mr_config_tree(struct mr_config *c, const struct mr_tree *map, const char *const *others,
                    size_t n_others, struct mr_diags *d);

#endif
