/* sink.c -- writes rows to a topic: a record that nothing changed as its own bytes.
 *
 * Tables: a row is an upsert, a lone retraction a tombstone; a retraction directly followed by its
 * replacement says nothing. Rows of windows are placed by their group key alone. A row that the
 * topic would refuse is an error of the row (size, time.topic), never of the transaction.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

#include <assert.h>

struct sink_conf {
    struct mr_env env;
    const struct mr_format *value; /* NULL: JSON */
    bool value_given;              /* another one than the records have: written anew */
    bool other_value, other_key; /* than the records had: no more of their schemas in a registry */
    const struct mr_program *timestamp, *partition_by;
    uint32_t n_headers;
    struct mr_named *headers;
    bool key_is_source; /* the key is still the source's: so is the partition */
    const struct mr_type *partition_type;
};

struct sink {
    int out;
    const struct mr_out_info *info;
    struct mr_buf buf;
    bool same_partitions; /* as many as the inputs of the task */
};

static const char *const sink_keys[] = {"from",      "topic",        "key",    "value", "headers",
                                        "timestamp", "partition_by", "create", "effect"};

/* ---- check */

static const struct mr_format *json_of(struct mr_check *c) {
    struct mr_format *f = mr_arena_calloc(c->arena, 1, sizeof *f);
    f->kind = MR_F_JSON_ROW;
    f->type = c->in.row;
    return f;
}

static bool is_scalar_format(const struct mr_format *f) {
    return f->kind == MR_F_STRING || f->kind == MR_F_BYTES || f->kind == MR_F_INT ||
           (f->kind == MR_F_AVRO && f->type->kind != MR_T_STRUCT);
}

static bool check_fits(struct mr_check *c, const struct mr_format *f, const struct mr_type *rows,
                       const struct mr_tree *at) {
    MR_CLEANUP(mr_buf_done) struct mr_buf why = {0};
    if (mr_format_accepts(f, rows, &why)) return true;
    mr_error(c->diags, "E-TYPE", at->pos, "the rows do not fit this format: %s", mr_buf_cstr(&why));
    return false;
}

/* Rows that are written anew would need the id of their schema. */
static bool no_header(struct mr_check *c, struct mr_pos at) {
    struct mr_diag *g = mr_error(c->diags, "E-NOTYET", at,
                                 "a sink cannot write a header of a registry yet: it only passes "
                                 "records on that nothing has changed");
    mr_diag_hint(c->diags, g, "value: json, or a format without `registry: true`");
    return false;
}

static bool check_value(struct mr_check *c, struct sink_conf *conf) {
    const struct mr_tree *t = mr_tree_get(c->tree, "value");
    const struct mr_format *own = c->in.value_format;
    conf->value = own ? own : json_of(c);
    if (!t && own && own->registry && c->in.table) return no_header(c, c->tree->pos);
    if (!t) return true;
    const struct mr_format *f =
        mr_format_compile(c->arena, c->diags, t, c->types, c->dir ? c->dir : ".");
    if (!f) return false;
    bool own_is_json = own && (own->kind == MR_F_JSON || own->kind == MR_F_JSON_ROW);
    if (f->kind == MR_F_JSON ? own_is_json : mr_format_same(f, own)) return true;
    if (f->registry) return no_header(c, t->pos);
    conf->value_given = true;
    conf->value = f->kind == MR_F_JSON ? json_of(c) : f;
    if (!c->in.row) return true;
    bool scalar = is_scalar_format(f);
    if (!scalar || c->in.row->n_fields == 1)
        return check_fits(c, f, scalar ? c->in.row->fields[0].type : c->in.row, t);
    struct mr_diag *g =
        mr_error(c->diags, "E-TYPE", t->pos,
                 "the rows have %u fields: they do not fit a single value", c->in.row->n_fields);
    mr_diag_hint(c->diags, g, "value: json");
    return false;
}

static const struct mr_format *key_out(struct mr_check *c) {
    if (c->in.key_format) return c->in.key_format;
    struct mr_format *f = mr_arena_calloc(c->arena, 1, sizeof *f);
    f->type = c->in.key ? c->in.key : &mr_type_bytes;
    f->kind = f->type->kind == MR_T_STRING   ? MR_F_STRING
              : f->type->kind == MR_T_INT    ? MR_F_INT
              : f->type->kind == MR_T_BYTES  ? MR_F_BYTES
              : f->type->kind == MR_T_STRUCT ? MR_F_STRUCT
                                             : MR_F_JSON;
    return f;
}

/* `key:` of a sink can only say what the key is already. */
static bool check_key(struct mr_check *c) {
    const struct mr_tree *t = mr_tree_get(c->tree, "key");
    const struct mr_format *have = key_out(c);
    c->out.key_format = have;
    if (!t) return true;
    const struct mr_format *f =
        mr_format_compile(c->arena, c->diags, t, c->types, c->dir ? c->dir : ".");
    if (!f) return false;
    bool json = f->kind == MR_F_JSON && (have->kind == MR_F_STRUCT || have->kind == MR_F_JSON_ROW);
    if (json || f->kind == have->kind) return true;
    MR_CLEANUP(mr_buf_done) struct mr_buf is = {0};
    mr_format_print(have, &is);
    struct mr_diag *g =
        mr_error(c->diags, "E-KEY", t->pos, "the key of these rows is %s", mr_buf_cstr(&is));
    mr_diag_hint(c->diags, g, "change it in a node before: key: 'expression'");
    return false;
}

static bool check_exprs(struct mr_check *c, struct sink_conf *conf) {
    const struct mr_tree *ts = mr_tree_get(c->tree, "timestamp");
    const struct mr_tree *by = mr_tree_get(c->tree, "partition_by");
    const struct mr_tree *headers = mr_tree_get(c->tree, "headers");
    bool ok = true;
    if (ts) ok &= (conf->timestamp = mr_env_expr(c, &conf->env, ts, &mr_type_timestamp)) != NULL;
    if (by) ok &= (conf->partition_by = mr_env_expr(c, &conf->env, by, NULL)) != NULL;
    if (ok && by) conf->partition_type = mr_program_type(conf->partition_by);
    if (headers && headers->kind != MR_TREE_MAP) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", headers->pos, "`headers` takes a map of expressions");
        mr_diag_hint(c->diags, g, "headers: {name: 'expression'}");
        return false;
    }
    if (!headers) return ok;
    conf->n_headers = headers->n;
    conf->headers = mr_arena_calloc(c->arena, headers->n + 1, sizeof *conf->headers);
    return mr_named_check(c, &conf->env, headers, conf->headers) && ok;
}

static bool check(struct mr_check *c) {
    struct sink_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    mr_env_begin(c, &conf->env);
    if (!mr_check_keys(c, c->tree, "a sink", sink_keys, MR_ARRAY_LEN(sink_keys))) return false;
    bool ok = check_value(c, conf);
    ok = check_key(c) && ok;
    if (!check_exprs(c, conf) || !ok) return false;
    conf->other_value = conf->value_given || !c->in.value_format;
    conf->other_key = !c->in.key_format;
    conf->key_is_source = c->in.key_format != NULL && !c->in.key_moved;
    c->out.value_format = conf->value;
    c->conf = conf;
    return true;
}

/* ---- run */

static void open(struct mr_op *op) {
    const struct mr_graph *g = op->graph;
    struct sink *s = mr_calloc(1, sizeof *s);
    s->out = -1;
    for (uint16_t i = 0; i < g->sub->n_outs; i++)
        if (g->sub->outs[i].kind == MR_OUT_SINK &&
            strcmp(g->sub->outs[i].name, op->step->name) == 0)
            s->out = i;
    assert(s->out >= 0);
    s->info = g->conf.out_info ? &g->conf.out_info[s->out] : NULL;
    const struct mr_input *anchor = &g->sub->inputs[g->sub->anchor];
    s->same_partitions = s->info && g->conf.in_partitions && anchor->kind != MR_IN_REPARTITION &&
                         s->info->partitions == g->conf.in_partitions[g->sub->anchor];
    op->state = s;
}

static bool write_value(struct mr_op *op, struct mr_rec *r, struct mr_str *ret) {
    const struct sink_conf *conf = op->step->conf;
    struct sink *s = op->state;
    struct mr_fault fault = {0};
    *ret = (struct mr_str){NULL, 0};
    if (r->flags & MR_RF_RETRACT) return true;
    if ((r->flags & MR_RF_RECORD) && r->origin && (!conf->value_given || !r->origin->value.p)) {
        *ret = r->origin->value;
        return true;
    }
    if (!r->row) return true;
    const struct mr_type *t = op->step->in;
    struct mr_value v = mr_struct(r->row);
    v.len = t->n_fields;
    if (is_scalar_format(conf->value)) {
        v = r->row[0];
        t = t->fields[0].type;
        if (v.tag == MR_V_ABSENT) return true;
    }
    for (uint32_t i = 0; r->row && t == op->step->in && i < t->n_fields; i++) {
        if (r->row[i].tag != MR_V_ERROR) continue;
        mr_fault_of(r, &r->row[i]);
        return false;
    }
    mr_buf_clear(&s->buf);
    if (!mr_write(conf->value, t, &v, &s->buf, &fault)) {
        mr_dead(r, fault.reason ? fault.reason : MR_R_EXPR_ERROR, fault.text);
        return false;
    }
    *ret = (struct mr_str){s->buf.p ? s->buf.p : "", s->buf.n};
    return true;
}

/* The bytes of a value in a header or for placing: a string is its UTF-8, others canonical JSON. */
static bool value_bytes(struct mr_op *op, struct mr_rec *r, const struct mr_type *type,
                        const struct mr_value *v, struct mr_str *ret) {
    struct sink *s = op->state;
    struct mr_fault fault = {0};
    *ret = (struct mr_str){NULL, 0};
    if (v->tag == MR_V_ERROR) {
        mr_fault_of(r, v);
        return false;
    }
    if (v->tag == MR_V_ABSENT) return true;
    mr_buf_clear(&s->buf);
    bool text = v->tag == MR_V_STRING || v->tag == MR_V_BYTES;
    if (text)
        mr_buf_add(&s->buf, v->p, v->len);
    else if (!mr_write_json(type, v, &s->buf, &fault)) {
        mr_dead(r, fault.reason ? fault.reason : MR_R_EXPR_ERROR, fault.text);
        return false;
    }
    *ret = mr_send_bytes(op->graph, (struct mr_str){s->buf.p ? s->buf.p : "", s->buf.n});
    return true;
}

/* f == NULL: a record without a value keeps the headers that it has. */
static bool add_headers(struct mr_op *op, struct mr_rec *r, const struct mr_frame *f,
                        struct mr_emitted *e) {
    const struct sink_conf *conf = op->step->conf;
    struct mr_graph *g = op->graph;
    uint32_t have = r->origin ? r->origin->n_headers : 0;
    if (!have && !conf->n_headers) return true;
    e->headers = mr_arena_alloc(&g->emit_arena, (have + conf->n_headers) * sizeof *e->headers);
    for (uint32_t i = 0; i < have; i++) {
        const struct mr_header *h = &r->origin->headers[i];
        bool set = (conf->other_value && mr_str_is(h->name, "__value_schema_id")) ||
                   (conf->other_key && mr_str_is(h->name, "__key_schema_id"));
        for (uint32_t k = 0; k < conf->n_headers; k++)
            set |= f && mr_str_eq(conf->headers[k].name, h->name);
        if (set) continue;
        e->headers[e->n_headers++] =
            (struct mr_header){mr_send_bytes(g, h->name), mr_send_bytes(g, h->value)};
    }
    for (uint32_t k = 0; f && k < conf->n_headers; k++) {
        const struct mr_program *p = conf->headers[k].program;
        struct mr_value v = mr_eval(p, f);
        struct mr_header *h = &e->headers[e->n_headers];
        h->name = mr_send_bytes(g, conf->headers[k].name);
        if (!value_bytes(op, r, mr_program_type(p), &v, &h->value)) return false;
        if (h->value.p) e->n_headers++;
    }
    return true;
}

/* Windowed rows: the group key's bytes, from the key without its window_start. */
static struct mr_str group_key(struct mr_op *op, const struct mr_rec *r) {
    const struct sink_conf *conf = op->step->conf;
    struct sink *s = op->state;
    const struct mr_type *t = conf->env.key.type;
    struct mr_fault fault;
    struct mr_value v = mr_key_read(&conf->env.key, r->key, mr_op_arena(op));
    if (v.tag != MR_V_STRUCT) return r->key;
    struct mr_type group = *t;
    group.n_fields--;
    v.len--;
    mr_buf_clear(&s->buf);
    bool ok = group.n_fields == 1 ? mr_write_key(t->fields[0].type, &v.row[0], &s->buf, &fault)
                                  : mr_write_key(&group, &v, &s->buf, &fault);
    return ok ? mr_buf_view(&s->buf) : r->key;
}

static bool place(struct mr_op *op, struct mr_rec *r, const struct mr_frame *f,
                  struct mr_emitted *e) {
    const struct sink_conf *conf = op->step->conf;
    const struct sink *s = op->state;
    e->place = e->key;
    if (conf->partition_by && !f) {
        mr_null_value(r);
        return false;
    }
    if (conf->partition_by) {
        struct mr_value v = mr_eval(conf->partition_by, f);
        return value_bytes(op, r, conf->partition_type, &v, &e->place);
    }
    if (conf->env.group_key)
        e->place = mr_send_bytes(op->graph, group_key(op, r));
    else if (conf->key_is_source && s->same_partitions)
        e->partition = op->graph->conf.partition;
    return true;
}

static bool fits(struct mr_op *op, struct mr_rec *r, const struct mr_emitted *e) {
    const struct sink *s = op->state;
    struct mr_clock *clock = op->graph->conf.clock;
    if (!s->info) return true;
    if (s->info->max_bytes > 0 && mr_emitted_size(e) > (size_t)s->info->max_bytes) {
        mr_dead(r, MR_R_SIZE, "exceeds max.message.bytes of the sink's topic");
        return false;
    }
    if (!clock || s->info->max_ahead_ms == INT64_MAX ||
        e->ts <= mr_time_add(clock->wall_ms(clock), s->info->max_ahead_ms))
        return true;
    mr_dead(r, MR_R_TIME_TOPIC, "lies further ahead than message.timestamp.after.max.ms allows");
    return false;
}

/* Fills e; false: r has its fate. */
static bool write_record(struct mr_op *op, struct mr_rec *r, struct mr_emitted *e) {
    const struct sink_conf *conf = op->step->conf;
    struct mr_env_frame f;
    struct mr_str value;
    struct mr_rec seen = *r;
    bool evaluates = r->row && (conf->n_headers || conf->timestamp || conf->partition_by);
    const struct mr_frame *frame = NULL;
    if (evaluates) frame = mr_env_frame(&conf->env, &seen, mr_op_arena(op), &f);
    e->ts = r->ts;
    if (!write_value(op, r, &value)) return false;
    e->key = mr_send_bytes(op->graph, r->key);
    e->value = mr_send_bytes(op->graph, value);
    if (frame && !add_headers(op, r, frame, e)) return false;
    if (!frame && r->origin && r->origin->n_headers && !add_headers(op, r, NULL, e)) return false;
    if (!place(op, r, frame, e)) return false;
    if (frame && conf->timestamp) {
        struct mr_value v = mr_eval(conf->timestamp, frame);
        if (v.tag == MR_V_ERROR) {
            mr_fault_of(r, &v);
            return false;
        }
        mr_value_ms(&v, &e->ts);
    }
    return fits(op, r, e);
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    const struct sink *s = op->state;
    struct mr_graph *g = op->graph;
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        if (mr_is_replaced(recs, i, n)) continue;
        struct mr_emitted e = {.out = (uint16_t)s->out, .partition = -1};
        if (!write_record(op, r, &e)) continue;
        struct mr_emitted *to = mr_send(g, r->seq, e.out);
        *to = e;
        mr_send_done(g, to);
    }
}

static void close(struct mr_op *op) {
    struct sink *s = op->state;
    if (s) mr_buf_done(&s->buf);
    mr_free(s);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    const struct sink_conf *conf = s->conf;
    if (conf->env.group_key) mr_buf_cat(to, "placed by the group key, ");
    if (conf->key_is_source) mr_buf_cat(to, "the source's key, ");
    mr_format_print(conf->value, to);
}

const struct mr_op_desc mr_op_sink = {
    .name = "sink",
    .builds_row = true,
    .keys = (const char *const[]){"headers", "timestamp", "partition_by", NULL},
    .check = check,
    .open = open,
    .process = process,
    .close = close,
    .explain = explain,
};
