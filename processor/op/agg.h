/* agg.h -- the conf of an aggregate step, between agg_check.c (compile) and aggregate.c (run). */
#ifndef MR_OP_AGG_H
#define MR_OP_AGG_H

#include "processor/op/accum.h"
#include "processor/op/internal.h"

enum mr_agg_emit { MR_EMIT_UPDATES, MR_EMIT_EACH, MR_EMIT_FINAL, MR_EMIT_EVERY };
enum mr_agg_window { MR_WIN_NONE, MR_WIN_TUMBLING, MR_WIN_HOPPING, MR_WIN_SLIDING, MR_WIN_SESSION };
enum { MR_WINDOWS_MAX = 1000 }; /* of one record in a hopping window */

struct mr_agg_ranges; /* agg_run.h */
extern const struct mr_agg_ranges mr_agg_sessions, mr_agg_sliding;

struct mr_agg_field { /* an aggregate of the result */
    struct mr_str name;
    const struct mr_program *finish; /* over the finish row */
    int field;                       /* it is just this field of the finish row, or -1 */
};

struct mr_agg_conf {
    struct mr_accum accum;
    struct mr_env env;              /* of the arguments */
    const struct mr_program **args; /* by place of argument; NULL: none (count) */
    bool table;                     /* over a table: rows are taken out again */
    uint32_t members;               /* table: the slot that counts the rows of a group */
    uint32_t n_groups;              /* group names */
    const struct mr_type *key;      /* group key; opaque keys are bytes */
    struct mr_key_codec codec;      /* of the group key */
    uint32_t n_fields;
    struct mr_agg_field *fields;
    /* The finish row: group values, then slots. The result: group values, fields, and with a
     * window window_start and window_end. */
    const struct mr_type *finish, *row;
    enum mr_agg_emit emit;
    int64_t every_ms; /* emit: every */
    enum mr_agg_window window;
    bool windowed;
    const struct mr_agg_ranges *ranges; /* sliding, session: windows that follow the records */
    int64_t size_ms;                    /* session: the gap */
    int64_t step_ms;                    /* from one window's start to the next; tumbling: size */
    int64_t grace_ms;
    int64_t max_ahead;             /* window lengths */
    const struct mr_type *out_key; /* windowed: group names + window_start */
};

/* agg_slots.c */
struct mr_agg_slots { /* found so far */
    struct mr_slot *slots;
    struct mr_str *texts;           /* "sum(cents)": equal calls share a slot */
    const struct mr_program **args; /* by place of argument */
    uint32_t n, n_args;
    bool table;
};
void mr_agg_slots_begin(struct mr_check *c, struct mr_agg_slots *s);
/* The expression with its calls replaced by names of slots; NULL after diagnostics. */
const struct mr_tree *mr_agg_hoist(struct mr_check *c, struct mr_env *env, struct mr_agg_slots *s,
                                   const struct mr_tree *text);
uint32_t mr_agg_count_slot(struct mr_agg_slots *s); /* that of count(), made if it is not there */

/* agg_window.c: `window:` and `emit:` */
bool mr_agg_check_window(struct mr_check *c, struct mr_agg_conf *conf);
bool mr_agg_check_emit(struct mr_check *c, struct mr_agg_conf *conf);
void mr_agg_window_shape(const struct mr_agg_conf *conf, struct mr_buf *to);
int64_t mr_agg_mark_ms(const struct mr_agg_conf *conf);
void mr_agg_window_explain(const struct mr_agg_conf *conf, struct mr_buf *to);
void mr_agg_emit_explain(const struct mr_agg_conf *conf, struct mr_buf *to);

bool mr_agg_check(struct mr_check *c);
void mr_agg_explain(const struct mr_step *s, struct mr_buf *to);

#endif
