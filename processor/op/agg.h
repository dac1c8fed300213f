/* agg.h -- the conf of a step that folds groups of records, with and without windows.
 *
 *   mr_agg_conf     what the engine (agg_run.h) runs on: groups, window, emit, the row
 *   mr_agg_fold     how records become the state of a group: one table per operator
 *   mr_agg_accums   `aggregate`: the state is accumulators (accum.h)
 *
 * Made by agg_check.c and by operators beside `aggregate`, const afterwards.
 */
#ifndef MR_OP_AGG_H
#define MR_OP_AGG_H

#include "processor/op/accum.h"
#include "processor/op/internal.h"

enum mr_agg_emit { MR_EMIT_UPDATES, MR_EMIT_EACH, MR_EMIT_FINAL, MR_EMIT_EVERY };
enum mr_agg_window { MR_WIN_NONE, MR_WIN_TUMBLING, MR_WIN_HOPPING, MR_WIN_SLIDING, MR_WIN_SESSION };
enum { MR_WINDOWS_MAX = 1000 }; /* of one record in a hopping window */

struct mr_agg_ranges; /* agg_run.h */
extern const struct mr_agg_ranges mr_agg_sessions, mr_agg_sliding;

struct mr_agg_args {            /* of one record, as `arguments` gives them */
    const struct mr_value *out; /* of the row that leaves, or NULL */
    const struct mr_value *in;  /* of the one that comes, or NULL */
};

/* of: mr_agg_conf.of. state: bytes that it made itself; n == 0: of a new group. */
struct mr_agg_fold {
    /* What a record brings, whatever the state; NULL: it has its fate. */
    const struct mr_value *(*arguments)(struct mr_op *op, struct mr_rec *r);
    /* false: r has its fate, and no state is changed by it. Asked when needs_state; NULL: always.
     */
    bool (*takes)(const void *of, struct mr_rec *r, struct mr_str state,
                  const struct mr_agg_args *args);
    /* in_place: changes the state where it lies; a new one is zero bytes. */
    void (*change)(const void *of, char *state, const struct mr_agg_args *args);
    /* Else: appends the state that r makes of it. false: r has its fate. */
    bool (*compose)(struct mr_op *op, struct mr_rec *r, struct mr_str state,
                    const struct mr_agg_args *args, struct mr_buf *to);
    /* Compose in two steps, for states that are `large`: appends what `apply` needs to change the
     * state where it lies; false: its length changes. */
    bool (*patch)(const void *of, struct mr_str state, const struct mr_agg_args *args,
                  struct mr_buf *to);
    void (*apply)(const void *of, char *state, struct mr_str patch, const struct mr_agg_args *args);
    /* The fields of the finish row behind the group's; they may borrow from state. */
    void (*result)(const void *of, struct mr_str state, struct mr_arena *a, struct mr_value *to);
};

struct mr_agg_field { /* a field of the result behind the group's */
    struct mr_str name;
    const struct mr_program *finish; /* over the finish row */
    int field;                       /* it is just this field of the finish row, or -1 */
};

struct mr_agg_conf {
    const struct mr_agg_fold *fold;
    const void *of;            /* the fold's own */
    bool in_place;             /* all states have one length: `fixed` bytes */
    bool large;                /* they are not copied for each record: patch, apply */
    bool needs_state;          /* the fold looks at the state before anything is changed */
    uint32_t fixed;            /* in_place */
    bool table;                /* over a table: rows are taken out again */
    uint32_t members;          /* table: where in the state the rows of a group are counted */
    uint32_t n_groups;         /* group names */
    const struct mr_type *key; /* group key; opaque keys are bytes */
    struct mr_key_codec codec; /* of the group key */
    uint32_t n_fields;
    struct mr_agg_field *fields;
    /* The finish row: group values, then what the fold results in. The result: group values,
     * fields, and with a window window_start and window_end. */
    const struct mr_type *finish, *row;
    enum mr_agg_emit emit;
    int64_t every_ms; /* emit: every */
    enum mr_agg_window window;
    bool windowed;
    const struct mr_agg_ranges *ranges; /* sliding, session: windows that follow the records */
    int64_t size_ms;                    /* session: the gap */
    int64_t step_ms;                    /* from one window's start to the next; tumbling: size */
    int64_t slide_ms;                   /* hopping: kept in slides (window_hopping.c); 0: not */
    int64_t grace_ms;
    int64_t max_ahead;             /* window lengths */
    const struct mr_type *out_key; /* windowed: group names + window_start */
};

struct mr_agg_accums { /* mr_agg_conf.of of `aggregate` */
    struct mr_accum accum;
    struct mr_env env;              /* of the arguments */
    const struct mr_program **args; /* by place of argument; NULL: none (count) */
};
extern const struct mr_agg_fold mr_agg_accum_fold; /* aggregate.c */

/* agg_slots.c */
struct mr_agg_slots { /* found so far */
    struct mr_slot *slots;
    struct mr_str *texts;           /* "sum(cents)": equal calls share a slot */
    struct mr_str *states;          /* the same, of percentiles without the rank: those share one */
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

/* agg_check.c. A check calls, in this order: window and emit, groups; then it sets fold, finish and
 * fields; result_type, shape (what shapes its states follows), say_results. */
bool mr_agg_check_groups(struct mr_check *c, struct mr_agg_conf *conf, struct mr_field **ret);
/* A field of the result; false after a diagnostic. */
bool mr_agg_name_is_free(struct mr_check *c, const struct mr_agg_conf *conf,
                         const struct mr_field *groups, const struct mr_tree *name);
void mr_agg_result_type(struct mr_check *c, struct mr_agg_conf *conf,
                        const struct mr_field *groups);
void mr_agg_shape(struct mr_check *c, const struct mr_agg_conf *conf, const char *clause);
void mr_agg_say_results(struct mr_check *c, struct mr_agg_conf *conf);

bool mr_agg_check(struct mr_check *c);
void mr_agg_explain(const struct mr_step *s, struct mr_buf *to);

#endif
