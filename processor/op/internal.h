/* internal.h -- shared by the files of this folder only.
 *
 *   env    how an operator's expressions see a row: key, window, named expressions
 *   graph  the running steps, as graph.c, ledger.c, deadletter.c and clock.c share them
 */
#ifndef MR_OP_INTERNAL_H
#define MR_OP_INTERNAL_H

#include "processor/op/graph.h"

/* ---- env.c: evaluation of a step's expressions */

enum { MR_EXTRA_KEY, MR_EXTRA_WINDOW, MR_EXTRA_AFTER, MR_EXTRA_FIRED_AT, MR_N_EXTRAS };

/* Reads key bytes back into values. Const after check. */
struct mr_key_codec {
    const struct mr_type *type; /* of the key; NULL: opaque bytes */
    const struct mr_reader *reader;
    bool wrapped; /* a scalar in canonical JSON: read as the field of a struct */
};

void mr_key_codec_init(struct mr_key_codec *k, struct mr_arena *a, const struct mr_type *type,
                       const struct mr_format *format);
/* Null key: ABSENT. Undecodable: ERROR. Borrows key. */
struct mr_value mr_key_read(const struct mr_key_codec *k, struct mr_str key, struct mr_arena *a);

struct mr_env {               /* part of an operator's conf */
    const struct mr_type *in; /* row type that the programs see */
    bool uses_key, uses_window, uses_fired;
    const struct mr_shared *shared; /* lets that its programs and those of other steps read */
    struct mr_key_codec key;
    struct mr_record_key *record_key;    /* the key is carried by the row: op.h; NULL: rec.key */
    bool group_key;                      /* key = the windowed key without its window_start */
    int window_start, window_end;        /* fields of the row, or -1 */
    struct mr_extra extras[MR_N_EXTRAS]; /* of the scope, when group_key replaced the key */
};

/* Before the first mr_check_expr: over windowed rows `key` becomes the group key. */
void mr_env_begin(struct mr_check *c, struct mr_env *env);
/* A program was compiled: notes what it needs. false after a diagnostic (window without fields). */
bool mr_env_add(struct mr_check *c, struct mr_env *env, const struct mr_program *p,
                const struct mr_tree *text);
/* Compiles one expression and notes what it needs; NULL after a diagnostic. */
struct mr_program *mr_env_expr(struct mr_check *c, struct mr_env *env, const struct mr_tree *text,
                               const struct mr_type *want);
struct mr_env_frame { /* lives on the stack of a process() */
    struct mr_frame frame;
    struct mr_value extras[MR_N_EXTRAS];
    struct mr_value window[2];
};
/* Of r its shares may be set. */
const struct mr_frame *mr_env_frame(const struct mr_env *env, struct mr_rec *r, struct mr_arena *a,
                                    struct mr_env_frame *f);

struct mr_named { /* `{name: expr}` */
    struct mr_str name;
    const struct mr_program *program;
    int copy; /* instead: field of the input row (add, drop), or -1 */
};
struct mr_shape { /* select, output: a new row */
    struct mr_env env;
    uint32_t n;
    struct mr_named *fields;
    const struct mr_type *type;
};
/* {field: expr} -> named programs; false after diagnostics. */
bool mr_named_check(struct mr_check *c, struct mr_env *env, const struct mr_tree *map,
                    struct mr_named *to);
const struct mr_type *mr_named_type(struct mr_check *c, const struct mr_named *fields, uint32_t n);
void mr_shape_process(const struct mr_shape *s, struct mr_op *op, struct mr_rec *recs, size_t n);
void mr_shape_explain(const struct mr_shape *s, struct mr_buf *to);

struct mr_filter { /* where, having */
    struct mr_env env;
    const struct mr_program *program;
};
bool mr_filter_check(struct mr_check *c, const char *clause);
void mr_filter_process(struct mr_op *op, struct mr_rec *recs, size_t n);
void mr_filter_explain(const struct mr_step *s, struct mr_buf *to);

struct mr_keys { /* key, group_by: a new key from values */
    struct mr_env env;
    uint32_t n;
    struct mr_named *fields;
    bool single;                            /* a scalar key; else a struct of the names */
    bool unchanged;                         /* just `key`: bytes stay */
    const struct mr_record_key *record_key; /* group_by: the old key, which rows may carry */
    int field; /* single: it is this field of the row (fast path), or -1 */
    const struct mr_type *type;
};
/* One expression, a list of names or a map of names; false after diagnostics. */
bool mr_keys_check(struct mr_check *c, struct mr_keys *k, const struct mr_tree *t);
/* The new key's bytes, in buf or borrowed from the row; p == NULL: null. false: the record has its
 * fate. */
bool mr_keys_make(const struct mr_keys *k, struct mr_op *op, struct mr_rec *r, struct mr_buf *buf,
                  struct mr_str *ret);
void mr_keys_process(const struct mr_keys *k, struct mr_op *op, struct mr_rec *recs, size_t n);
void mr_keys_explain(const struct mr_keys *k, struct mr_buf *to);
/* Names of `group_by:` in order, for the aggregate behind it. */
uint32_t mr_group_names(struct mr_check *c, const struct mr_tree *group_by, struct mr_str **ret);

/* A step whose rows depend on the order of a key's records: says that they are not exact when that
 * order is not a function of the input. what: "which of equal ids passes". */
void mr_not_exact_when_mixed(struct mr_check *c, const char *what);

/* Appends "name: text" with white space runs as one space (explain, fingerprints). */
void mr_print_text(struct mr_str text, struct mr_buf *to);

/* A null key, by the step's policy. Returns true when the record goes on (PASS). */
bool mr_null_key(struct mr_op *op, struct mr_rec *r);
/* The row has no value where one is needed: FILTERED, value.null. */
void mr_null_value(struct mr_rec *r);
/* FILTERED when the record is a retraction (what could not be computed was never sent), else DEAD
 */
void mr_failed(struct mr_rec *r, const struct mr_value *error);
/* The same for a reason that is not in a value. */
void mr_refused(struct mr_rec *r, enum mr_reason reason, const char *text);

/* provenance.c: (timestamp, source, partition, offset) as bytes that compare like it */
struct mr_str mr_provenance(const struct mr_rec *r, struct mr_arena *a);
/* The origin of a row that a window of this step made: (timestamp, node, partition, key). */
const struct mr_origin *mr_origin_made(struct mr_op *op, struct mr_str key, int64_t ts);
/* Was the row made of records that were read, one by one? */
static inline bool mr_origin_is_read(const struct mr_origin *o) {
    return o && o->topic;
}

static inline void mr_filtered(struct mr_rec *r) {
    r->fate = MR_FILTERED;
}
/* A retraction whose replacement comes next: together they are one update. */
static inline bool mr_is_replaced(const struct mr_rec *recs, size_t i, size_t n) {
    const struct mr_rec *r = &recs[i];
    return (r->flags & MR_RF_RETRACT) && i + 1 < n && !(r[1].flags & MR_RF_RETRACT) &&
           r[1].seq == r->seq && r[1].edge == r->edge && r[1].key.p && r->key.p &&
           mr_str_eq(r[1].key, r->key);
}
static inline void mr_is_late(struct mr_rec *r, enum mr_late why) {
    r->fate = MR_LATE;
    r->reason = why == MR_IS_LATE ? MR_R_LATE : MR_R_IDLE;
}

/* table.c: for joins */
struct mr_table_conf {
    const struct mr_program *delete_if; /* `delete:` or NULL */
    struct mr_env env;
    const struct mr_type *row;
    int64_t history_ms; /* -1 = none */
    int64_t disorder_ms;
};
/* Of a table with history: the first instant at which a row that is still to come can take effect,
 * MR_NO_TIME: not known. No delete behind it may be dropped. */
int64_t mr_table_first(const struct mr_op *table);
int64_t mr_latest_first(const struct mr_op *latest);
/* The source time of a table that is read here, as of the last record since the start. */
int64_t mr_table_source_time(const struct mr_op *table);

/* side.c: what joins share at compile time. at: where to point; false after a diagnostic */
bool mr_side_is_stream(const struct mr_tree *join);  /* `join` names a stream */
bool mr_side_is_foreign(const struct mr_tree *join); /* `on` is not just the key */
bool mr_sides_keyed_alike(struct mr_check *c, const struct mr_tree *at, const char *name,
                          const struct mr_flow *theirs);
/* Is what `on` gives a key of the table? at: where `on` stands. */
bool mr_side_refers(struct mr_check *c, const struct mr_tree *at, const struct mr_type *key,
                    const char *name, const struct mr_flow *theirs);
bool mr_sides_named(struct mr_check *c, const struct mr_tree *at, const char *other);
/* {left: {...}, right: {...}} of a step with a second live input. */
const struct mr_type *mr_sides_type(struct mr_check *c, const struct mr_check_side *other,
                                    bool left_optional, bool right_optional);

/* current.c: entries per key in the only bucket of a store. Hashes of the keys (0: null), in the
 * batch's arena; the memory of their entries is asked for. */
const uint64_t *mr_current_hashes(struct mr_op *op, const struct mr_rec *recs, size_t n);
/* A row has changed, for those who follow: the old one goes (packed; p == NULL: there was none), if
 * it is deleted or somebody wants to see it go, and the new one comes. */
void mr_current_tell(struct mr_op *op, struct mr_rec *r, const struct mr_type *type,
                     struct mr_str old, bool deleted);

/* latest.c: the packed row of what its store holds; p == NULL: deleted */
struct mr_str mr_latest_packed(const struct mr_step *step, struct mr_str value);
/* origin.c: meta: which of its fields are carried; index: of the row among those made of one. */
struct mr_rframe;
void mr_origin_to_frame(const struct mr_origin *o, uint32_t meta, uint32_t index,
                        struct mr_rframe *f);
struct mr_origin *mr_origin_from_frame(const struct mr_key_codec *codec, const struct mr_rframe *f,
                                       struct mr_arena *a); /* NULL: none */

/* ---- graph */

struct mr_recs { /* a vector of records that is kept and used again */
    struct mr_rec *v;
    size_t n, cap;
};

struct mr_rec *mr_recs_add(struct mr_recs *v);

struct mr_counts { /* of a step, since the graph was opened (EOS-7) */
    int64_t fates[MR_N_FATES];
    int64_t in, idle;
    int64_t sent;               /* rows emitted; each goes along every out-edge */
    int64_t *sent_to;           /* a split: rows emitted by branch (from 1); else NULL */
    int64_t *received;          /* by in-edge; owned by the graph's fixed arena */
    int64_t dead[MR_N_REASONS]; /* dead letters */
};

struct mr_run { /* a running step; op comes first: operators see only that */
    struct mr_op op;
    struct mr_recs in; /* merged or copied input; unused when the producer's vector is taken */
    struct mr_recs out;
    const bool *time_edge;         /* by upstream: counts for operator time */
    int input;                     /* entry step: index of sub.inputs, else -1 */
    struct mr_pushed *pushed;      /* entry step: what it gets, else NULL */
    bool node_entry;               /* rows come into their node here */
    bool sole_consumer;            /* of a producer with one consumer: takes its vector */
    const struct mr_type *node_in; /* row type of its node's entry (dead letters) */
    bool told_idle;                /* idle flag as last told, or pending */
    bool pending;                  /* (pend_time, pend_idle) is not told yet */
    bool pend_idle, sent_idle;     /* sent: with the last record emitted */
    int64_t pend_time, sent_time;
    uint32_t pend_seq;
    uint32_t cur_seq;   /* of what a close or a commit emits now */
    uint32_t index_seq; /* rows made of one record are numbered */
    uint16_t index;
    struct mr_counts counts; /* fates, in and idle are in op */
};

struct mr_pushed { /* an entry step's records of the batch, in order */
    struct mr_recs recs;
    size_t at;               /* run up to here */
    struct mr_op_time taken; /* time as of the last push; of a twin table unused */
};

struct mr_graph {
    struct mr_graph_conf conf;
    const struct mr_sub *sub;
    struct mr_arena arena;      /* batch */
    struct mr_arena fixed;      /* life of the graph */
    struct mr_arena emit_arena; /* what has left; until clear */
    struct mr_buf buf;          /* scratch of emission */
    struct mr_run *runs;        /* by step */
    struct mr_pushed *pushed;   /* by input */
    struct mr_pushed *tables;   /* by input: of the table on the same topic, if there is one */
    bool all_marks;             /* of the commit under way */
    bool exact_time; /* some step merges times: every change of time is told on its own */
    bool committing;
    uint32_t event;    /* events pushed in this batch */
    uint32_t n_pushed; /* records among them */
    struct mr_u32s {
        uint32_t *v;
        size_t n, cap;
    } push_no;                   /* by event: records pushed before */
    struct mr_u32s cuts;         /* events before which the batch is cut */
    bool has_stream, has_lookup; /* since the last cut */
    int64_t max_lookup;          /* largest as-of instant since the last cut */
    int64_t *stream_time;        /* by input: largest time of its records in the batch */
    bool *as_of_input;           /* by input: table of an as-of join */
    int64_t *disorder;           /* by input */
    int dlq_out;                 /* index of sub.outs, -1 = none */

    struct mr_emitted *emitted;
    uint32_t *emitted_seq;
    size_t n_emitted, cap_emitted, run_start, emitted_bytes;

    bool stopped;
    uint32_t stop_seq;
    const char *stop_text;

    struct mr_counts *committed, *published; /* by step */
    struct mr_image *image;                  /* times as of the last commit: steps, then inputs */
    struct mr_buf error;
};

/* graph.c */
/* What is emitted without a cause from here on belongs to the time of r, before its row. */
void mr_op_time_first(struct mr_op *op, const struct mr_rec *r);
static inline struct mr_run *mr_run_of(struct mr_op *op) {
    return (struct mr_run *)op;
}
/* A record that leaves: the caller fills it; bytes must be in the emission arena. */
struct mr_emitted *mr_send(struct mr_graph *g, uint32_t seq, uint16_t out);
/* Copies into the emission arena; p == NULL stays NULL. */
struct mr_str mr_send_bytes(struct mr_graph *g, struct mr_str s);
void mr_send_done(struct mr_graph *g, struct mr_emitted *e); /* counts its bytes */
size_t mr_emitted_size(const struct mr_emitted *e); /* as a broker counts it, bounded above */
void mr_sends_sort(struct mr_graph *g);             /* those of this run, by seq */
/* Repartition frames are read before they are pushed. *ret_old: the row that it replaces and that
 * came with it, or NULL. a == NULL: times only. */
bool mr_repartition_read(const struct mr_graph *g, uint16_t input, struct mr_str value,
                         struct mr_arena *a, struct mr_rec *ret, const struct mr_value **ret_old,
                         uint16_t *ret_sender);

/* ledger.c */
void mr_ledger_open(struct mr_graph *g);
void mr_ledger_row(struct mr_run *r, const struct mr_rec *rec); /* fate of one record */
void mr_ledger_committed(struct mr_graph *g);
void mr_ledger_abort(struct mr_graph *g);

/* validate.c: the name of a step's rule */
const char *mr_validate_rule(const struct mr_step *s, uint16_t rule);

/* deadletter.c: a record with fate DEAD or LATE, by the step that judged it */
void mr_dead_letter(struct mr_graph *g, struct mr_run *r, const struct mr_rec *rec, int out);

/* clock.c: times of the steps in the stores (EOS-6), and their image in memory */
void mr_clock_open(struct mr_graph *g); /* restores */
void mr_clock_write(struct mr_graph *g);
void mr_clock_committed(struct mr_graph *g);
void mr_clock_abort(struct mr_graph *g);

#endif
