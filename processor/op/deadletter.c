/* deadletter.c -- dead letters and late records (language.md 7).
 *
 * The letter is the record as it came into the node that judged it. Form `record`: it was still the
 * record that was read: its key, value, headers and Kafka timestamp, byte for byte. Form `row`: the
 * node's input row as JSON, the key at the step that judged it, the row's timestamp. A letter that
 * its topic would refuse has no value, but mr.size and mr.sha256 of it.
 */
#include "base/mem.h"
#include "base/sha256.h"
#include "processor/expr/json.h"
#include "processor/op/internal.h"

#include <inttypes.h>
#include <stdio.h>

enum { OWN_HEADERS = 10, TEXT_MAX = 400 };

struct letter {
    struct mr_graph *g;
    struct mr_emitted *e;
    struct mr_header *h;
    uint32_t n;
};

static void header(struct letter *l, const char *name, struct mr_str value) {
    l->h[l->n++] = (struct mr_header){mr_str(name), mr_send_bytes(l->g, value)};
}

static void header_int(struct letter *l, const char *name, int64_t v) {
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRId64, v);
    header(l, name, (struct mr_str){text, (size_t)n});
}

static const char *message_of(const struct mr_rec *rec) {
    if (rec->detail) return rec->detail;
    switch (rec->reason) {
    case MR_R_LATE: return "the record's own time has closed its window";
    case MR_R_IDLE: return "its window was closed because its input had been idle";
    case MR_R_TIME_MISSING: return "the event time cannot be computed";
    case MR_R_TIME_NEGATIVE: return "the event time is negative";
    case MR_R_KEY_NULL: return "the key is null";
    default: return mr_reason_name((enum mr_reason)rec->reason);
    }
}

static void say_why(struct letter *l, const struct mr_run *r, const struct mr_rec *rec,
                    bool record) {
    const char *text = message_of(rec);
    size_t n = strlen(text);
    const struct mr_origin *o = rec->origin;
    header(l, "mr.reason",
           mr_str(rec->reason == MR_R_INVALID ? mr_validate_rule(r->op.step, rec->which)
                                              : mr_reason_name((enum mr_reason)rec->reason)));
    header(l, "mr.message", (struct mr_str){text, n < TEXT_MAX ? n : TEXT_MAX});
    header(l, "mr.node", mr_str(r->op.step->node));
    if (mr_origin_is_read(o)) {
        header(l, "mr.topic", mr_str(o->topic));
        header_int(l, "mr.partition", o->partition);
        header_int(l, "mr.offset", o->offset);
    }
    header_int(l, "mr.timestamp", rec->ts >= 0 || !mr_origin_is_read(o) ? rec->ts : o->appended);
    header(l, "mr.form", record ? MR_STR("record") : MR_STR("row"));
}

static void copy_headers(struct letter *l, const struct mr_origin *o) {
    for (uint32_t i = 0; i < o->n_headers; i++)
        l->h[l->n++] = (struct mr_header){mr_send_bytes(l->g, o->headers[i].name),
                                          mr_send_bytes(l->g, o->headers[i].value)};
}

/* A field that could not be decoded, as it stood in the record; false: there is no such text. */
static bool write_raw(const struct mr_value *v, struct mr_buf *to) {
    if (!v->fault || !v->fault->raw.p) return false;
    struct mr_json j = mr_json_of(v->fault->raw);
    if (!mr_json_check(&j) || j.at != j.end) return false;
    mr_buf_str(to, v->fault->raw);
    return true;
}

/* A row as JSON; fields that have no JSON form (one may be what is wrong with it) are left out. */
static struct mr_str row_as_json(struct mr_graph *g, const struct mr_type *type,
                                 const struct mr_value *row) {
    struct mr_fault fault;
    if (!row || !type) return (struct mr_str){NULL, 0};
    struct mr_value v = mr_struct(row);
    v.len = type->n_fields;
    mr_buf_clear(&g->buf);
    if (mr_write_json(type, &v, &g->buf, &fault)) return mr_send_bytes(g, mr_buf_view(&g->buf));
    mr_buf_clear(&g->buf);
    mr_buf_byte(&g->buf, '{');
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const struct mr_field *f = &type->fields[i];
        if (row[i].tag == MR_V_ABSENT) continue;
        size_t start = g->buf.n;
        mr_buf_printf(&g->buf, "%s\"%.*s\":", start > 1 ? "," : "", MR_STR_ARG(f->name));
        bool ok = row[i].tag == MR_V_ERROR ? write_raw(&row[i], &g->buf)
                                           : mr_write_json(f->type, &row[i], &g->buf, &fault);
        if (!ok) g->buf.n = start;
    }
    mr_buf_byte(&g->buf, '}');
    return mr_send_bytes(g, mr_buf_view(&g->buf));
}

static int32_t partition_of(const struct mr_graph *g, const struct mr_rec *rec, int out) {
    if (!mr_origin_is_read(rec->origin)) return -1;
    if (!g->conf.out_info || g->conf.out_info[out].partitions <= 0) return -1;
    return rec->origin->partition % g->conf.out_info[out].partitions;
}

static void fit(struct letter *l, int out) {
    struct mr_graph *g = l->g;
    const struct mr_out_info *info = g->conf.out_info ? &g->conf.out_info[out] : NULL;
    if (!info) return;
    if (info->max_bytes > 0 && mr_emitted_size(l->e) > (size_t)info->max_bytes) {
        char hex[65];
        mr_sha256_hex(l->e->value, hex);
        header_int(l, "mr.size", (int64_t)l->e->value.n);
        header(l, "mr.sha256", (struct mr_str){hex, 64});
        l->e->n_headers = l->n;
        l->e->value = (struct mr_str){NULL, 0};
    }
    if (!g->conf.clock || info->max_ahead_ms == INT64_MAX) return;
    int64_t latest = mr_time_add(g->conf.clock->wall_ms(g->conf.clock), info->max_ahead_ms);
    if (l->e->ts > latest) l->e->ts = latest; /* mr.timestamp has the true one */
}

/* Rows of a second live side have their own type. */
static const struct mr_type *type_of_input(const struct mr_graph *g, const struct mr_run *r,
                                           const struct mr_rec *rec) {
    const struct mr_step *s = r->op.step;
    if (!s->two_sided || s->ins[rec->edge].port == 0) return r->node_in;
    return g->sub->steps[s->ins[rec->edge].step].out;
}

void mr_dead_letter(struct mr_graph *g, struct mr_run *r, const struct mr_rec *rec, int out) {
    if (out < 0) return;
    const struct mr_origin *o = rec->origin;
    bool record = o && (rec->flags & MR_RF_INPUT);
    struct mr_emitted *e = mr_send(g, rec->seq, (uint16_t)out);
    struct letter l = {.g = g, .e = e};
    l.h = mr_arena_alloc(&g->emit_arena, ((record ? o->n_headers : 0) + OWN_HEADERS) * sizeof *l.h);
    if (record) {
        e->key = mr_send_bytes(g, o->key);
        e->value = mr_send_bytes(g, o->value);
        e->ts = o->appended;
        copy_headers(&l, o);
    } else {
        e->key = mr_send_bytes(g, rec->key);
        /* Rows that the node made itself (behind its aggregate) have no input row: as they are. */
        e->value = rec->input ? row_as_json(g, type_of_input(g, r, rec), rec->input)
                              : row_as_json(g, r->op.step->in, rec->row);
        e->ts = rec->ts;
    }
    say_why(&l, r, rec, record);
    e->headers = l.h;
    e->n_headers = l.n;
    e->partition = partition_of(g, rec, out);
    fit(&l, out);
    mr_send_done(g, e);
}
