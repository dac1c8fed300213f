/* plan.h -- the plan: what the compiler makes of a file and all threads share. Const after compile.
 *
 *   plan -> subs (sub-topologies) -> steps in topological order
 *                                 -> inputs (topics read), outs (topics written), stores
 *
 * A node of the file becomes one step per clause, named node.clause; sources, tables and sinks are
 * one step each, named as in the file. Repartitioning puts a repartition_out step at the end of
 * one sub and a repartition_in step at the start of another.
 */
#ifndef MR_OP_PLAN_H
#define MR_OP_PLAN_H

#include "processor/expr/codec.h"
#include "processor/expr/expr.h"
#include "state/state.h"

struct mr_op_desc;

enum mr_on_error { MR_ERR_DLQ, MR_ERR_STOP, MR_ERR_SKIP };
enum mr_on_null_key { MR_NULL_KEY_PASS, MR_NULL_KEY_DLQ, MR_NULL_KEY_DROP };

struct mr_edge {   /* from a step to one that consumes it */
    uint16_t step; /* id of the other end */
    uint16_t edge; /* edges out of a step: index of the edge at its consumer */
    uint8_t port;  /* of the consumer: 0 = its input (merges have many edges at port 0), 1 = what it
                      is joined with */
    bool time;     /* counts for the consumer's operator time: all but tables read by their store */
    /* Behind a split: only its rows of this branch go along, from 1; 0 = all. */
    uint16_t branch;
};

struct mr_step {
    uint16_t id;        /* index in its sub */
    const char *name;   /* "enriched.join", "clicks" */
    const char *node;   /* "enriched", "clicks" */
    const char *clause; /* "join", "" for sources, tables and sinks */
    const struct mr_op_desc *op;
    const void *conf;                       /* the operator's own, made by its check */
    const struct mr_type *in;               /* row type of port 0 */
    const struct mr_type *out;              /* row type that it emits; sinks: NULL */
    const struct mr_type *in_key, *out_key; /* key types; NULL = keys are opaque bytes */
    bool two_sided;            /* port 1 is live: a second input with rows and time of its own */
    const bool *side_reads[2]; /* joins, by port, by field of its row: read behind; NULL = all */
    bool in_table, out_table;  /* rows are table updates with a sign */
    bool retract;              /* somebody downstream needs retractions before replacements */
    bool exact;                /* same rows per key in every run (language.md 5) */
    const char *why_not;       /* one line, when not exact */
    enum mr_on_error on_error;
    enum mr_on_null_key on_null_key;
    int late_out; /* index of sub.outs for late records, -1 = counted only */
    /* Index of sub.outs for records that break a rule, -1 = dead letters. */
    int invalid_out;
    int store; /* index of sub.stores, -1 = none */
    uint16_t n_ins, n_outs;
    const struct mr_edge *ins, *outs;
};

enum mr_input_kind { MR_IN_SOURCE, MR_IN_TABLE, MR_IN_REPARTITION };
enum mr_start { MR_START_EARLIEST, MR_START_LATEST, MR_START_TIMESTAMP };

struct mr_wait {    /* as-of: this input's head waits for another input */
    uint16_t input; /* itself: nothing to wait for, the record's own position decides */
    int64_t disorder_ms;
    int64_t max_wait_ms; /* -1 = for ever */
};

struct mr_input {
    enum mr_input_kind kind;
    const char *source; /* name in the file; repartition: "<node>" whose step needs it */
    const char *topic;  /* repartition: suffix "<node>-repartition", the app is put before it */
    uint16_t step;      /* entry step: source, table, repartition_in */
    const struct mr_format *key, *value;         /* repartition: NULL */
    const struct mr_reader *key_reader, *reader; /* only the fields that the plan reads */
    const struct mr_program *event_time;         /* NULL: the Kafka timestamp */
    bool event_time_value; /* it reads the value, so a record without one has its Kafka timestamp */
    uint32_t meta;         /* bits of mr_meta_field that any step downstream reads */
    int64_t max_jump_ms;   /* -1 = none */
    int64_t idle_after_ms; /* -1 = never */
    bool hold_when_idle;   /* when_idle: hold */
    enum mr_start start;
    int64_t start_ms; /* MR_START_TIMESTAMP */
    int64_t mark_ms;  /* repartition: size or grace downstream / 10, >= 1 s; 0: at each commit */
    uint16_t n_waits;
    const struct mr_wait *waits;
    uint16_t from_sub; /* repartition: the sub that writes it */
    bool to_table;     /* leads to a table that a join reads by its store; so does MR_IN_TABLE */
    bool to_stream;    /* leads to the stream of such a join */
    /* A source whose topic is declared as a table, too: what is said there of the rows (source,
     * step, key, value, readers, meta, where it leads). The partition, its position and its clock
     * are the source's; each record goes to the table first. NULL: none. */
    const struct mr_input *table;
};

/* Which of the two declarations of a topic computes the event time. */
static inline const struct mr_input *mr_input_clock(const struct mr_input *in) {
    return in->table && !in->event_time ? in->table : in;
}

static inline bool mr_input_to_table(const struct mr_input *in) {
    return in->kind == MR_IN_TABLE || in->to_table;
}
static inline bool mr_input_to_stream(const struct mr_input *in) {
    return in->to_stream || !mr_input_to_table(in);
}

enum mr_out_kind { MR_OUT_SINK, MR_OUT_REPARTITION, MR_OUT_DLQ, MR_OUT_LATE };

struct mr_output { /* a topic that a sub writes */
    enum mr_out_kind kind;
    const char *name;  /* the sink's name; dlq: "dlq" */
    const char *topic; /* repartition: "<node>-repartition"; dlq: NULL = <app>-dlq */
    bool create;       /* sinks with `create:` */
    int32_t create_partitions;
    const char *const *create_config;    /* name, value, ..., NULL */
    uint16_t to_sub, to_input;           /* repartition */
    bool broadcast;                      /* repartition: of a table's rows, with its source time */
    const struct mr_format *key, *value; /* as the topic's readers see it (files of --out, tests) */
};

struct mr_store_plan {
    const char *name; /* node; changelog topic = <app>-<name>-changelog */
    enum mr_store_kind kind;
    uint64_t fingerprint;
    uint16_t step;            /* its owner */
    const char *renamed_from; /* or NULL */
};

struct mr_sub {
    const char *name; /* of its anchor */
    uint16_t id;
    uint16_t anchor; /* index of inputs */
    uint16_t n_steps, n_inputs, n_outs, n_stores;
    const struct mr_step *steps; /* topological order: an edge goes to a higher id (but for a node's
                                    own table behind its joins: split.c) */
    const struct mr_input *inputs;
    const struct mr_output *outs;
    const struct mr_store_plan *stores;
    bool cut_tables; /* a record that leads to a table, behind one that leads to a stream, starts a
                        new batch (current-row joins read the table as of the record) */
    bool cut_each;   /* one record per batch: a step meets a table derived from its own input */
};

struct mr_plan {
    const char *name; /* of the topology */
    const char *file;
    const char *dlq;  /* topic from `defaults:`, or NULL = <app>-dlq */
    int64_t grace_ms; /* the largest of all nodes */
    uint16_t n_subs;
    const struct mr_sub *subs; /* upstream before downstream */
    struct mr_arena *arena;    /* owns everything above */
};

#endif
