/* op.h -- what an operator is: one file, one row in ops.def, one descriptor.
 *
 * An operator takes a run of records and emits records. It never sees Kafka, never counts, times
 * itself or writes dead letters: it sets a fate on each record it is given, and the wrapper
 * (graph.c) keeps the ledger and routes late and dead ones (EOS-7).
 */
#ifndef MR_OP_OP_H
#define MR_OP_OP_H

#include "processor/op/plan.h"
#include "processor/op/time.h"

/* ---- records */

enum mr_rec_kind { MR_ROW, MR_TIME }; /* TIME: only `passed` and the idle flag are said */

enum mr_fate {
    MR_USED = 0,
    MR_FILTERED,
    MR_LATE, /* reason LATE or IDLE */
    MR_DEAD, /* any other reason */
    MR_HELD,
    MR_N_FATES
};

enum {
    MR_RF_RETRACT = 1, /* a table row that is no more */
    MR_RF_IDLE = 2,    /* the upstream is idle from here on (goes with `passed`) */
    MR_RF_RECORD = 4,  /* still the record that was read: origin has its bytes */
    MR_RF_INPUT = 8,   /* was so when it came into the node (form of its dead letter) */
};

struct mr_rec {
    uint8_t kind;   /* enum mr_rec_kind */
    uint8_t fate;   /* enum mr_fate; set by the operator that was given the record */
    uint8_t reason; /* enum mr_reason, with fates LATE and DEAD */
    uint8_t flags;  /* MR_RF_... */
    uint16_t edge;  /* the consumer's edge it came over; its port is step->ins[edge].port */
    uint16_t index; /* among the rows made of the same input record */
    uint32_t seq;   /* order in the batch: 2 x the number of the event that caused it, + 1 for
                       what its row (not its time) caused: time goes first */
    /* Emitted by a split: the branch, from 1. Reason INVALID: the rule, from 0. */
    uint16_t which;
    int64_t ts;                 /* row timestamp, ms */
    int64_t time;               /* row time: source time of its partition at its own position */
    int64_t passed;             /* emitted: the time its sender passes on with it. In process(): the
                                   operator's own time O as of this record */
    struct mr_str key;          /* bytes; p == NULL: null key */
    const struct mr_value *row; /* fields of step->in; NULL: no value */
    const struct mr_value *input;   /* the row as it came into the node; set by the wrapper */
    const struct mr_origin *origin; /* NULL behind an aggregate */
    const char *detail;             /* mr.message for fate DEAD, or NULL */
    struct mr_shares *shares;       /* what lets gave for the row, in the batch's arena, or NULL */
};

/* ---- a running step */

struct mr_graph;

struct mr_op {
    const struct mr_step *step;
    struct mr_graph *graph;
    struct mr_store *store;    /* NULL = none */
    struct mr_op_time time;    /* operator time; time.h */
    int64_t deadline;          /* the smallest O at which advance_time has work; INT64_MAX = none */
    void *state;               /* the operator's own, from open */
    int64_t fates[MR_N_FATES]; /* ledger since the graph was opened; row counts */
    int64_t in, idle;          /* rows received; those that only idleness made late */
    int64_t closed;            /* part of the clock: aggregate: window start up to which everything
                                  is closed; versioned table: the latest lookup done */
};

/* The batch arena: valid until the batch has run through all steps. */
struct mr_arena *mr_op_arena(struct mr_op *op);
struct mr_str mr_op_keep(struct mr_op *op, struct mr_str s); /* a copy there; p == NULL stays */
/* Emits a row made because of `cause`: seq and O are taken from there, the rest is as `out` says
 * (start from a copy of the cause to keep key, times, flags and origin). cause == NULL: the row
 * comes from a close or a commit; out.passed must be set. */
void mr_emit(struct mr_op *op, const struct mr_rec *cause, struct mr_rec out);
/* Sets the fate of a record given to this operator. text may be NULL (borrowed from the arena). */
void mr_dead(struct mr_rec *r, enum mr_reason reason, const char *text);
void mr_fault_of(struct mr_rec *r, const struct mr_value *error); /* DEAD from an ERROR value */
/* Another step of the same task (a join finds its table). */
struct mr_op *mr_op_other(struct mr_op *op, uint16_t step);

/* ---- compile time */

/* Behind a `group_by` that has changed the key: the key that the record had before it, which is
 * what `key` is there. When some expression reads it, rows carry its bytes (absent: a null key) as
 * one value more, behind the fields of their type; so only what packs rows knows of it. */
struct mr_record_key {
    const struct mr_type *type;     /* as in mr_flow */
    const struct mr_format *format; /* as in mr_flow */
    bool windowed;                  /* as in mr_flow */
    bool read;                      /* known when all checks have been made */
};

/* What flows along an edge, as the compiler knows it. */
struct mr_flow {
    const struct mr_type *row;            /* struct */
    const struct mr_type *key;            /* scalar, struct, or NULL: opaque */
    const struct mr_format *key_format;   /* of the source while the key is unchanged, else NULL */
    struct mr_record_key *record_key;     /* NULL: the key is the record's */
    const struct mr_format *value_format; /* of the source while rows are its records, else NULL */
    bool table;
    bool windowed;  /* the key has window_start; `window` exists in scope */
    bool key_moved; /* key changed: a keyed step needs a repartition first */
    /* A key's rows come from several input partitions, in an order that depends on the run. */
    bool mixed;
    /* The node whose `absence` has made these rows, as they are: `after`, `fired_at` are in scope.
     */
    const char *fired;
    uint32_t meta; /* bits that exist here */
    bool exact;
    const char *why_not;
    /* Every row is there when this topic's record is, one by one: no repartition, no store between.
     * NULL: not so. */
    const char *topic;
};

struct mr_check_table { /* a table as a join sees it */
    const char *name;
    uint16_t step; /* handle: mr_op_other(op, step) at run time */
    struct mr_flow flow;
    int64_t history_ms; /* -1 = none */
    int64_t disorder_ms;
    int64_t idle_after_ms;
    bool global; /* all its rows are in every task: `on` finds them where the stream is */
    /* Known in the finished plan. Records of this topic, the table's own, are among the stream's as
     * they come (beside_all: there are no others): they see the rows up to their own. Or NULL. */
    const char *beside;
    bool beside_all;
    bool held; /* some step before the join sends rows later than at their records' position */
};

struct mr_check_side { /* a second live input, as a step sees it */
    const char *name;
    struct mr_flow flow;
};

/* The world of one check: made by topology/check.c for each step of a node in clause order. */
struct mr_check {
    struct mr_arena *arena;
    struct mr_diags *diags;
    const char *name;               /* node, table or sink */
    const struct mr_tree *tree;     /* its whole map in the file */
    const struct mr_tree *clause;   /* the value of the operator's clause key; sources: NULL */
    const struct mr_tree *defaults; /* `defaults:` or NULL */
    const char *input_name;         /* the single input's name (join: names the stream side) */
    struct mr_flow in;              /* of port 0 */
    struct mr_scope scope; /* row, extras (0 = key, 1 = window, 2 = after, 3 = fired_at), lets,
                              params, meta */
    void *compiler;        /* for the functions below */
    const struct mr_tree *types; /* `types:` of the file or NULL (formats of sinks) */
    const char *dir;             /* folder of the file, for descriptors; NULL = "." */

    /* results */
    const void *conf;
    struct mr_flow out;   /* starts as a copy of in */
    bool keyed;           /* rows must be partitioned by key here */
    bool needs_batch_cut; /* see mr_sub.cut_tables */
    bool ordered;         /* its rows have an order of their own making, whatever `mixed` came in */
    int store_kind;       /* enum mr_store_kind, or -1 = no store */
    const char *store_part; /* the store's name is <node>-<this>; NULL = the node's */
    struct mr_buf *shape;   /* what shapes the state: appended text, hashed: fingerprint */
    const struct mr_check_table *joins; /* table that becomes port 1, or NULL */
    const struct mr_check_side *other;  /* a second live input: its rows come in at port 1, its
                                           time counts; NULL = none. Not together with `joins` */
    bool as_of;                         /* the stream waits for that table's inputs */
    int64_t max_wait_ms;
    int64_t mark_ms;  /* smallest size or grace; 0 = not said (time marks) */
    int64_t grace_ms; /* how long it waits for late records */
    enum mr_on_null_key null_key_default;
    bool null_key_ok; /* `key`: an absent value is a null key instead of an error (a join's `on`) */

    /* By field of in.row (NULL: in.row is NULL): set for what the step reads without an
     * expression; mr_check_expr notes by itself what expressions over in.row read. Owned by
     * topology/. Who fills what else: processor/topology/README.md. */
    bool *row_fields_read;
};

/* One expression with the step's scope; want NULL = any. NULL after a diagnostic. */
struct mr_program *mr_check_expr(struct mr_check *c, const struct mr_tree *text,
                                 const struct mr_type *want);
/* A table, or a node that makes one, by name; NULL after a diagnostic (unknown, not a table). */
const struct mr_check_table *mr_check_find_table(struct mr_check *c, const struct mr_tree *name);
/* A source, table or node by name, as a second live input; NULL after a diagnostic. A keyed step
 * gets it repartitioned by itself when its key was moved. */
const struct mr_check_side *mr_check_find_side(struct mr_check *c, const struct mr_tree *name);
/* The type by which rows are packed: with the record's key, if that is carried and read. */
const struct mr_type *mr_flow_packed(struct mr_arena *a, const struct mr_type *row,
                                     const struct mr_record_key *key);
/* A name that the file gives to something (what: "a rule"); false after a diagnostic. */
bool mr_check_name(struct mr_check *c, const struct mr_tree *name, const char *what);
/* Scalars with diagnostics; the tree may be NULL: returns the default. */
bool mr_check_duration(struct mr_check *c, const struct mr_tree *t, int64_t *ret_ms);
/* `grace` of a clause's map, or of the node (map = c->tree), else of `defaults`: one must be there.
 * what: "the window", for the message. */
bool mr_check_grace(struct mr_check *c, const struct mr_tree *map, const char *what,
                    int64_t *ret_ms);
bool mr_check_word(struct mr_check *c, const struct mr_tree *t, const char *const *words, size_t n,
                   int *ret); /* index of the word */
/* A map's unknown keys are errors that name the nearest one. false = something was wrong. */
bool mr_check_keys(struct mr_check *c, const struct mr_tree *map, const char *what,
                   const char *const *keys, size_t n);

/* ---- the descriptor */

struct mr_op_desc {
    const char *name;        /* "join", "aggregate", "repartition_out" */
    const char *clause;      /* YAML key that makes a step of it; NULL: not from a clause */
    const char *const *keys; /* further keys of the node that it reads, NULL-terminated */
    /* One clause may have several operators: of those that take the node, the first row of ops.def
     * makes the step. value: of the clause (of a list of joins: one of them); table: over one.
     * NULL: takes all. */
    bool (*takes)(const struct mr_tree *node, const struct mr_tree *value, bool table);
    bool stateful;        /* a node has one such clause at most; joins with tables do not count */
    const char *late_key; /* the key of the node by which its records can be late; NULL: never */
    bool builds_row;      /* makes its row of expressions: nothing passes but what these read */
    bool looks_at_sign;   /* of rows of a table: it must see the old one go before the new one */
    bool (*check)(struct mr_check *c); /* false after diagnostics */
    void (*open)(struct mr_op *op);    /* state and store are there; clock is restored */
    /* A run of rows (kind ROW) during which no deadline is reached. Sets fates, emits. */
    void (*process)(struct mr_op *op, struct mr_rec *recs, size_t n);
    /* op->time.now has reached op->deadline: close, fire, set the next deadline. May be NULL. */
    void (*advance_time)(struct mr_op *op);
    /* A commit is about to be made: emit what waits for it (`updates`, time marks). May be NULL. */
    void (*commit)(struct mr_op *op);
    /* What it passes on as its time when its own is O (language.md 5, table). NULL: O. */
    int64_t (*passes)(struct mr_op *op, int64_t O);
    /* The transaction has ended: what is beside store and clock follows. May be NULL. */
    void (*settle)(struct mr_op *op, bool committed);
    void (*close)(struct mr_op *op);                             /* frees state; may be NULL */
    void (*explain)(const struct mr_step *s, struct mr_buf *to); /* one line for `plan` */
};

#define OP(name) extern const struct mr_op_desc mr_op_##name;
#include "processor/op/ops.def"
#undef OP

const struct mr_op_desc *mr_op_find_clause(const char *clause); /* its first; NULL = none */
/* The operator of first's clause that takes the node; NULL = none (see takes). */
const struct mr_op_desc *mr_op_pick(const struct mr_op_desc *first, const struct mr_tree *node,
                                    const struct mr_tree *value, bool table);
/* Does the key belong to an operator that stands behind `op` in the order of clauses? */
bool mr_op_key_is_behind(const struct mr_op_desc *op, const char *key);

/* ---- confs that the split stage makes itself */

struct mr_repartition_conf {        /* of repartition_out and repartition_in alike */
    const char *name;               /* "<node>-repartition" */
    bool broadcast;                 /* every row goes to every partition */
    const struct mr_type *row;      /* of the frames */
    uint32_t meta;                  /* meta fields read downstream, carried in the frame */
    const struct mr_type *meta_key; /* type of meta.key; NULL: bytes */
    int out;                        /* repartition_out: index of sub.outs */
    int input;                      /* repartition_in: index of sub.inputs */
    int64_t mark_ms;                /* interval of time marks in event time; 0: at each commit */
};

#endif
