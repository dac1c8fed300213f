/* graph.h -- internal to topology/: the data between the stages.
 *
 *   check makes things (what the file names) and steps (what runs), in topological order;
 *   split adds repartition steps and says for each step its sub-topology and what is read of it;
 *   plan copies the result into processor/op/plan.h structs.
 * Everything lives in the plan's arena. Nothing here survives in the plan but confs and programs.
 */
#ifndef MR_TOPOLOGY_GRAPH_H
#define MR_TOPOLOGY_GRAPH_H

#include "processor/op/op.h"
#include "processor/topology/compile.h"

/* ---- keys.def */

enum mr_place {
    MR_PLACE_TOP,
    MR_PLACE_DEFAULTS,
    MR_PLACE_SOURCE,
    MR_PLACE_TABLE,
    MR_PLACE_NODE,
    MR_PLACE_INNER,
    MR_PLACE_SINK,
    MR_PLACE_CREATE,
    MR_PLACE_PARAM,
};

enum mr_slot { MR_SLOT_VALUE, MR_SLOT_EXPR, MR_SLOT_NAMED, MR_SLOT_INNER };

struct mr_key_row {
    enum mr_place place;
    const char *key;
    enum mr_slot slot;
    bool later;
};

const struct mr_key_row *mr_word_find(enum mr_place place, struct mr_str key); /* NULL = unknown */
/* Unknown keys of a map and those of the language that are not there yet, as diagnostics. Keys in
 * `also` (NULL-terminated, or NULL) are there whatever the table says. false = something wrong.
 * what: "a source", for the message. */
bool mr_words_check(struct mr_diags *d, const struct mr_tree *map, enum mr_place place,
                    const char *what, const char *const *also);

/* ---- the graph */

enum mr_thing_kind {
    MR_THING_SOURCE,
    MR_THING_TABLE,
    MR_THING_NODE,
    MR_THING_BRANCH, /* `node.name` of a split; its tree is the node's */
    MR_THING_SINK
};

struct mr_gstep;

struct mr_thing { /* something named in the file */
    enum mr_thing_kind kind;
    const char *name;
    const struct mr_tree *at;   /* its key in the file */
    const struct mr_tree *tree; /* its map */
    uint32_t n_from;
    struct mr_thing **from; /* nodes and sinks: what they read */
    const struct mr_tree **from_at;
    uint32_t n_sides;
    struct mr_thing **sides; /* nodes: what their joins name, as far as it is there */
    bool broken;             /* has errors: whatever reads it is not checked */
    bool used;               /* somebody reads it */
    uint8_t mark;            /* search for cycles: 0 new, 1 on the path, 2 done */
    struct mr_gstep *last;   /* what its readers read; NULL: nothing made (broken, late sinks) */
    struct mr_gstep *rows;   /* the step whose store has its table's rows; NULL: none, or not yet */
    struct mr_thing *twin;  /* sources and tables: the table or source of the same topic, or NULL */
    struct mr_gstep *every; /* global tables: what its copies read; else NULL */

    enum mr_on_error on_error;
    int on_null_key;             /* enum mr_on_null_key; -1 = the operator's default */
    const struct mr_thing *late; /* sink of on_late, or NULL */
    /* Sink of on_invalid, or NULL. */
    const struct mr_thing *invalid;
    /* Of a branch: its number, from 1. */
    uint16_t branch;
    const char *renamed_from;

    struct mr_input input; /* sources and tables: what the file says (readers come later) */
    int64_t history_ms, disorder_ms; /* of its table; history -1 = none */
    bool global;                     /* every task of a join knows all its rows */
    struct mr_output output;         /* sinks */
};

/* Which fields of a row are needed, and of fields that are structs (sides of a join) which parts.
 */
struct mr_needs {
    const struct mr_type *row; /* NULL: no fields */
    bool *fields;              /* by field */
    bool **parts;              /* by field: NULL (not a struct), or by field of that struct */
};

struct mr_gwait { /* as-of: an input waits for another one */
    struct mr_gwait *next;
    struct mr_gstep *on;
    int64_t disorder_ms, max_wait_ms;
    const struct mr_tree *at; /* the join that makes it */
    bool by_position;         /* for itself: table and stream are one topic, the table is first */
    bool global;              /* for the copy of a global table */
};

struct mr_gedge {
    struct mr_gstep *from;
    uint8_t port;
    uint16_t branch; /* of a split, from 1; 0 = all rows */
};

struct mr_gprogram { /* an expression of a step, as compiled */
    struct mr_gprogram *next;
    const struct mr_program *program;
};

struct mr_gstep { /* a step that will run */
    const char *name, *node, *clause;
    struct mr_thing *thing; /* of the file; repartitions: the node that needs it */
    const struct mr_op_desc *op;
    const void *conf;
    struct mr_flow in, out;
    const struct mr_type *meta_key; /* type of meta.key of its rows */
    uint16_t n_ins;
    struct mr_gedge ins[2]; /* all but merges have at most a stream and a table */
    struct mr_gedge *many;  /* merges: their n_ins edges; else NULL */
    bool keyed, needs_batch_cut, as_of;
    bool own_table;            /* a node's table read by a join of the records that it is made of */
    bool two_sided;            /* port 1 is live: rows and time of its own */
    bool repartition[2];       /* by edge: keyed and the key was moved: it goes through a topic */
    bool broadcast;            /* the topic has every row in every partition */
    const char *side[2];       /* joins: names of the sides (topics of their repartitions) */
    int store_kind;            /* -1 = none */
    const char *store;         /* its name; NULL = the node's */
    const char *renamed_store; /* with `store`: its name before `renamed_from`, or NULL */
    struct mr_str shape;       /* what shapes the state, as text; the fingerprint is its hash */
    struct mr_check_table *joins;
    struct mr_gstep *table_rows; /* the step whose store `joins` reads */
    int64_t max_wait_ms, mark_ms, grace_ms;
    enum mr_on_null_key on_null_key;
    struct mr_needs reads; /* of in.row: by the step itself */
    uint32_t meta_reads;
    struct mr_gprogram *programs; /* in the order in which its check asked for them */

    /* split */
    struct mr_gwait *waits; /* of an entry step: the entries that its head waits for */
    struct mr_gstep *twin;  /* entry steps of one topic point at each other; else NULL */
    uint8_t seen;           /* search for cycles of waits: 0 new, 1 on the path, 2 done */
    struct mr_needs needed; /* of in.row: by the step or anything behind it */
    uint32_t meta_needed;
    const bool *side_reads[2]; /* joins, by port: by field of its row: read behind; NULL = all */
    bool retract;              /* somebody downstream needs retractions before replacements */
    struct mr_gstep *peer;     /* repartition_out <-> repartition_in */
    struct mr_repartition_conf *rconf;
    struct mr_gstep *group;   /* union-find: root of its sub-topology */
    uint16_t sub, id;         /* where it stands in the plan */
    uint16_t input;           /* entry steps: index of sub.inputs */
    bool to_table, to_stream; /* entry steps: as in mr_input */
    uint16_t out_index;       /* sinks, repartition_out: index of sub.outs */
};

struct mr_gsub { /* a sub-topology */
    const char *name;
    struct mr_gstep *anchor; /* an entry step */
    struct mr_gstep **steps; /* topological order */
    uint16_t n_steps, n_inputs;
    struct mr_gstep **inputs; /* entry steps, by name; of twins the source's */
    bool cut_tables, cut_each;
    bool placed; /* while the subs are ordered */
};

/* The entry step that stands for the input: a topic is read once. */
static inline struct mr_gstep *mr_gstep_input(struct mr_gstep *s) {
    return s->twin && s->op == &mr_op_table ? s->twin : s;
}

static inline struct mr_gedge *mr_gstep_ins(struct mr_gstep *s) {
    return s->many ? s->many : s->ins;
}

struct mr_defaults {
    const struct mr_tree *tree;            /* or NULL */
    int64_t max_jump_ms;                   /* -1 = none */
    int64_t source_idle_ms, table_idle_ms; /* -1 = never */
    enum mr_on_error on_error;
    int on_null_key; /* -1 = the operator's default */
    const char *dlq;
};

struct mr_compiler {
    const struct mr_compile_conf *conf;
    struct mr_arena *arena;
    struct mr_diags *diags;
    const char *name; /* of the topology */
    const char *dir;  /* of the file */
    const struct mr_tree *types, *tests;
    struct mr_defaults defaults;
    const struct mr_messages *messages; /* of the descriptors that the file names, or NULL */
    struct mr_param *params;
    size_t n_params;
    struct mr_thing **things; /* by name */
    size_t n_things;
    struct mr_gstep **steps; /* topological order; grown by mr_gstep_add */
    size_t n_steps, cap_steps;
    struct mr_gsub *subs; /* upstream before downstream */
    uint16_t n_subs;
};

/* What mr_check.compiler points to. */
struct mr_checking {
    struct mr_compiler *compiler;
    struct mr_gstep *step;
};

/* ---- stages and their parts */

const struct mr_tree *mr_vars_resolve(const struct mr_compile_conf *conf, struct mr_arena *a,
                                      struct mr_diags *d, const struct mr_tree *root);
bool mr_check_file(struct mr_compiler *c, const struct mr_tree *root);
/* Sources and tables of one topic find each other; false: they say different things of it. */
bool mr_check_topics(struct mr_compiler *c); /* sources.c */
/* Is the event time of every topic computed by a declaration that somebody reads? */
bool mr_check_clocks(struct mr_compiler *c);                             /* sources.c */
bool mr_check_input(struct mr_compiler *c, struct mr_thing *t);          /* sources.c */
bool mr_check_node(struct mr_compiler *c, struct mr_thing *t);           /* nodes.c */
bool mr_check_branch(struct mr_compiler *c, struct mr_thing *t);         /* nodes.c */
bool mr_check_sink(struct mr_compiler *c, struct mr_thing *t);           /* sinks.c */
bool mr_check_params(struct mr_compiler *c, const struct mr_tree *tree); /* params.c */
bool mr_split(struct mr_compiler *c);                                    /* false after E-WAIT */

/* needs.c */
struct mr_needs mr_needs_new(struct mr_arena *a, const struct mr_type *row); /* row may be NULL */
void mr_needs_field(struct mr_needs *n, uint32_t field); /* with all its parts */
void mr_needs_all(struct mr_needs *n);
void mr_needs_or(struct mr_needs *n, const struct mr_needs *with); /* equal row types */
/* What an expression over the row reads; lets: texts that it may have been compiled with. */
void mr_needs_program(struct mr_needs *n, const struct mr_program *p, const struct mr_scope *scope);
/* out: needs of the row that a step makes of n's row and that keeps its fields. */
void mr_needs_back(struct mr_needs *n, const struct mr_needs *out);

void mr_find_reads(struct mr_compiler *c); /* reads.c: needed fields, meta, retract, marks */

struct mr_plan_box {     /* the plan with what only its printers and tests read */
    struct mr_plan plan; /* first: mr_plan_free gets its address */
    struct mr_arena arena;
    const struct mr_tree *tests;
    const struct mr_gsub *subs; /* by sub: what is read of each input */
};
void mr_plan_make(struct mr_compiler *c, struct mr_plan_box *box);

/* ---- scalars of the file, with diagnostics (values.c). All take t == NULL: false or NULL. */

/* A scalar's text; NULL after E-KIND. what: "a topic". */
const char *mr_read_string(struct mr_diags *d, const struct mr_tree *t, const char *what);
bool mr_read_duration(struct mr_diags *d, const struct mr_tree *t, int64_t *ret_ms);
/* A duration or `word`, which gives -1. */
bool mr_read_duration_or(struct mr_diags *d, const struct mr_tree *t, const char *word,
                         int64_t *ret_ms);
bool mr_read_word(struct mr_diags *d, const struct mr_tree *t, const char *const *words, size_t n,
                  int *ret);
bool mr_read_topic(struct mr_diags *d, const struct mr_tree *t, const char **ret);
bool mr_read_int(struct mr_diags *d, const struct mr_tree *t, int64_t min, int64_t max,
                 int64_t *ret);
bool mr_is_map(struct mr_diags *d, const struct mr_tree *t, const char *what); /* else E-KIND */
/* A name that the file gives: the pattern, not reserved. what: "a node". */
bool mr_name_ok(struct mr_diags *d, const struct mr_tree *name, const char *what);
extern const char *const mr_words_on_error[3], *const mr_words_on_null_key[3]; /* as the enums */

/* ---- steps (step.c) */

struct mr_thing *mr_thing_find(const struct mr_compiler *c, struct mr_str name); /* or NULL */
/* The diagnostic for a name that is no source, table or node, with the nearest one as its hint. */
void mr_thing_missing(struct mr_compiler *c, const struct mr_tree *name);
/* A new step at the end of the list: name is node.clause, or node when clause is "". */
struct mr_gstep *mr_gstep_add(struct mr_compiler *c, struct mr_thing *t, const char *clause,
                              const struct mr_op_desc *op, const struct mr_flow *in);
/* The world of the step's check, as far as it does not depend on the operator. */
void mr_gstep_world(struct mr_compiler *c, struct mr_gstep *s, struct mr_checking *ing,
                    struct mr_check *k);
/* Runs the operator's check and takes over what it says. false after diagnostics. */
bool mr_gstep_check(struct mr_gstep *s, struct mr_check *k);

#endif
