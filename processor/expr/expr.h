/* expr.h -- the expression compiler: CEL text -> a program of flat typed steps.
 *
 * Stages: lex -> parse (AST) -> check (types, presence) -> fold -> cse -> code. Everything before
 * the steps runs once, at start. A program is immutable and shared by threads.
 */
#ifndef MR_EXPR_EXPR_H
#define MR_EXPR_EXPR_H

#include "base/diag.h"
#include "processor/expr/type.h"
#include "processor/expr/value.h"

struct mr_messages;
struct mr_program;
struct mr_shared; /* cse.c: the lets of a node; const once all is compiled */

/* Which `meta` fields an expression reads (bit = field). */
enum mr_meta_field {
    MR_META_KEY,       /* bytes or string of the record's key, as the scope types it */
    MR_META_TOPIC,     /* string */
    MR_META_PARTITION, /* int */
    MR_META_OFFSET,    /* int */
    MR_META_TIMESTAMP, /* timestamp: event time */
    MR_META_APPENDED,  /* timestamp: Kafka timestamp; absent when -1 */
    MR_META_HEADERS,   /* map(string, list(bytes)) */
    MR_META_SOURCE,    /* string */
    MR_META_ORIGIN_KEY,
    MR_N_META
};

/* A name beside the fields of the row: `key`, `window`, `after`, `fired_at`. Its value is put at
 * the same index of mr_frame.extras by whoever evaluates. */
struct mr_extra {
    struct mr_str name;
    const struct mr_type *type; /* `window` is a struct {start: timestamp, end: timestamp} */
    bool optional;
};

/* A `let`: its text is compiled in place wherever it is named (an error is an error there); cse.c
 * has it evaluated once, within a program and among those that have a struct mr_shared. */
struct mr_let {
    struct mr_str name;
    const struct mr_tree *text;
};

/* A constant of `params:`. */
struct mr_param {
    struct mr_str name;
    const struct mr_type *type;
    struct mr_value value;
};

/* A function that is only declared: checked, and an error when it is reached. Types may hold
 * parameters (mr_type_param), which stand for one type each in a call. */
struct mr_fn_decl {
    struct mr_str name; /* may have dots */
    bool method;        /* the first parameter is the receiver */
    uint32_t n_params;
    const struct mr_type *const *params;
    const struct mr_type *result;
};

/* What names mean at one place of a topology. All borrowed; must outlive the compilation only. */
struct mr_scope {
    const struct mr_type
        *row; /* struct: its fields are bare names, the whole is `this`; may be NULL */
    const struct mr_extra *extras;
    size_t n_extras;
    const struct mr_let *lets; /* earlier ones are visible to later ones */
    size_t n_lets;
    struct mr_shared *shared; /* the lets that programs over rows of this type share; may be NULL */
    bool is_let;              /* this is one of them */
    bool rekeyed; /* the key is not the one that the lets mean: `key` in them is E-NOTYET */
    const struct mr_param *params;
    size_t n_params;
    uint32_t meta; /* bits of mr_meta_field that exist here; 0: any use is E-META */
    const struct mr_type *meta_key;     /* type of meta.key */
    const struct mr_messages *messages; /* protobuf: names of messages, enums; NULL: none */
    bool strict;                        /* CEL as specified (conformance): no widening, no ?? */
    bool unchecked; /* with strict: type errors are left to run time (conformance) */
    bool loose;     /* the row's one field is any JSON (`this`); names are its members */
    bool trace;     /* the program tells its frame's trace what each part gives (trace.h) */
    /* `a.b`: a name is first looked for as a.b.name, then a.name, then name. Names of extras may
     * have dots, too; the longest that a chain of selects spells is taken. */
    struct mr_str container;
    const struct mr_fn_decl *fns;
    size_t n_fns;
    bool no_macros;   /* has() and others are functions that do not exist (conformance) */
    bool test_macros; /* cel.block, cel.index and cel.iterVar of cel-spec's tests exist */
};

/* Compiles one expression slot. text: a scalar of the file (positions), want: the type the slot
 * needs, or NULL for any (int widens to double). A want of optional(T) takes a T that may be
 * absent; any other is E-ABSENT for such an expression. Problems go to d; NULL is returned then.
 * The program lives in a. */
struct mr_program *mr_expr_compile(struct mr_arena *a, struct mr_diags *d,
                                   const struct mr_tree *text, const struct mr_scope *scope,
                                   const struct mr_type *want);

/* The result: its type without optional_type, and whether it can be absent. */
const struct mr_type *mr_program_type(const struct mr_program *p);
bool mr_program_optional(const struct mr_program *p);
const struct mr_value *mr_program_constant(const struct mr_program *p); /* NULL: not a constant */
/* Bit i set = field i of the scope's row is read (fields past 63: see _uses_field). */
bool mr_program_uses_field(const struct mr_program *p, uint32_t field);
bool mr_program_uses_extra(const struct mr_program *p, uint32_t extra);
uint32_t mr_program_meta(const struct mr_program *p); /* bits of mr_meta_field that are read */
/* If the whole program is just field i of the row: i, else -1 (passing through, fast paths). */
int mr_program_is_field(const struct mr_program *p);
struct mr_str mr_program_text(const struct mr_program *p);
/* Does it gain by mr_frame.shared? */
bool mr_program_shares(const struct mr_program *p);
void mr_program_disasm(const struct mr_program *p, struct mr_buf *to);

/* What `meta` reads from; one per input record, shared by every row made of it. */
struct mr_origin {
    const char *source; /* name of the source or table in the file */
    const char *topic;
    int32_t partition;
    int64_t offset;
    uint32_t index;      /* of the row a repartition carried, among those made of the record */
    int64_t timestamp;   /* event time, ms */
    int64_t appended;    /* Kafka timestamp, ms; -1 = none */
    struct mr_str key;   /* raw bytes; p == NULL: null key */
    struct mr_str value; /* raw bytes; p == NULL: null value */
    const struct mr_header *headers;
    uint32_t n_headers;
    struct mr_value meta_key;   /* decoded, when a program reads it */
    struct mr_value origin_key; /* decoded, when a program reads it; else absent */
};

struct mr_header {
    struct mr_str name;
    struct mr_str value; /* p == NULL: null */
};

struct mr_shared *mr_shared_new(struct mr_arena *a);

/* What shared lets gave for one row. */
struct mr_shares {
    const struct mr_shared *of;
    const struct mr_value *row;
    struct mr_value values[]; /* tag ERROR: not evaluated, or failed */
};

/* For mr_frame.shared: *at's when they are of these lets and this row, else new ones in a, which
 * then are *at. NULL: nothing is to gain. */
struct mr_value *mr_shared_values(const struct mr_shared *s, const struct mr_value *row,
                                  struct mr_arena *a, struct mr_shares **at);

struct mr_trace;

struct mr_frame {
    const struct mr_value *row;    /* fields of scope.row */
    const struct mr_value *extras; /* by index of scope.extras; may be NULL when none is used */
    const struct mr_origin *origin;
    struct mr_arena *arena;  /* of the batch: strings and lists that the program makes */
    struct mr_value *shared; /* values of the scope's shared lets; NULL: each program its own */
    struct mr_trace *trace;  /* of programs of a scope with `trace`; else NULL */
};

/* Evaluates. The result may be ABSENT, or ERROR (tag) when the expression failed. Fuel and sizes
 * are bounded; an expression that exceeds them is an ERROR of reason expr.error. */
struct mr_value mr_eval(const struct mr_program *p, const struct mr_frame *f);

#endif
