/* env.c -- how the expressions of a step see a row: fields, `key`, `window`.
 *
 * Key bytes are decoded only when a program reads `key`. Over windowed rows `key` is the group key
 * (language.md 4): the struct of the row's key without its last field, window_start. Behind a
 * `group_by` it is still the record's key (language.md 2), which the row carries behind its fields.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

#include <ctype.h>

/* ---- keys back into values */

static const struct mr_format *key_format(struct mr_key_codec *k, struct mr_arena *a) {
    struct mr_format *f = mr_arena_calloc(a, 1, sizeof *f);
    f->type = k->type;
    switch (k->type->kind) {
    case MR_T_STRING: f->kind = MR_F_STRING; break;
    case MR_T_BYTES: f->kind = MR_F_BYTES; break;
    case MR_T_INT: f->kind = MR_F_INT; break;
    case MR_T_STRUCT: f->kind = MR_F_STRUCT; break;
    case MR_T_DYN: f->kind = MR_F_JSON; break;
    default: { /* canonical JSON of one scalar: read as {"k": ...} */
        struct mr_field *field = mr_arena_calloc(a, 1, sizeof *field);
        *field = (struct mr_field){.name = mr_str("k"), .type = k->type};
        f->kind = MR_F_STRUCT;
        f->type = mr_type_struct(a, "", 1, field);
        k->wrapped = true;
    }
    }
    return f;
}

void mr_key_codec_init(struct mr_key_codec *k, struct mr_arena *a, const struct mr_type *type,
                       const struct mr_format *format) {
    *k = (struct mr_key_codec){.type = type};
    if (!type) return;
    k->reader = mr_reader_new(a, format ? format : key_format(k, a), NULL);
}

static struct mr_value opaque(struct mr_str key) {
    return mr_bytesv(key);
}

struct mr_value mr_key_read(const struct mr_key_codec *k, struct mr_str key, struct mr_arena *a) {
    if (!key.p) return MR_ABSENT;
    if (!k->reader) return opaque(key);
    if (k->wrapped) {
        size_t n = key.n + 6;
        char *p = mr_arena_alloc(a, n);
        memcpy(p, "{\"k\":", 5);
        memcpy(p + 5, key.p, key.n);
        p[n - 1] = '}';
        key = (struct mr_str){p, n};
    }
    uint32_t n = mr_reader_slots(k->reader);
    struct mr_value *slots = mr_arena_alloc(a, n * sizeof *slots);
    mr_reader_read(k->reader, key, slots, a);
    if (k->type->kind != MR_T_STRUCT) return slots[0];
    for (uint32_t i = 0; i < n; i++)
        if (slots[i].tag == MR_V_ERROR) return slots[i];
    struct mr_value v = mr_struct(slots);
    v.len = n;
    return v;
}

/* ---- what the expressions of a step need */

static const struct mr_type *group_key_type(struct mr_check *c, const struct mr_type *key) {
    if (key->n_fields == 2) return key->fields[0].type;
    return mr_type_struct(c->arena, "", key->n_fields - 1, key->fields);
}

void mr_env_begin(struct mr_check *c, struct mr_env *env) {
    struct mr_record_key *own = c->in.record_key;
    const struct mr_type *key = own ? own->type : c->in.key;
    *env =
        (struct mr_env){.in = c->in.row, .record_key = own, .window_start = -1, .window_end = -1};
    mr_key_codec_init(&env->key, c->arena, key, own ? own->format : c->in.key_format);
    if (c->in.row && c->in.row->kind == MR_T_STRUCT) {
        env->window_start = mr_type_field(c->in.row, MR_STR("window_start"));
        env->window_end = mr_type_field(c->in.row, MR_STR("window_end"));
    }
    if (!(own ? own->windowed : c->in.windowed) || !key || key->kind != MR_T_STRUCT) return;
    env->group_key = true;
    if (c->scope.n_extras <= MR_EXTRA_KEY || c->scope.n_extras > MR_N_EXTRAS) return;
    memcpy(env->extras, c->scope.extras, c->scope.n_extras * sizeof env->extras[0]);
    env->extras[MR_EXTRA_KEY].type = group_key_type(c, key);
    env->extras[MR_EXTRA_KEY].optional = false;
    c->scope.extras = env->extras;
}

bool mr_env_add(struct mr_check *c, struct mr_env *env, const struct mr_program *p,
                const struct mr_tree *text) {
    env->uses_key |= mr_program_uses_extra(p, MR_EXTRA_KEY);
    if (mr_program_shares(p)) env->shared = c->scope.shared;
    if (env->record_key) env->record_key->read |= env->uses_key;
    if (c->scope.n_extras > MR_EXTRA_FIRED_AT)
        env->uses_fired |=
            mr_program_uses_extra(p, MR_EXTRA_AFTER) || mr_program_uses_extra(p, MR_EXTRA_FIRED_AT);
    if (c->scope.n_extras <= MR_EXTRA_WINDOW || !mr_program_uses_extra(p, MR_EXTRA_WINDOW))
        return true;
    env->uses_window = true;
    if (env->window_start >= 0 && env->window_end >= 0) return true;
    struct mr_diag *g = mr_error(c->diags, "E-WINDOW", text->pos,
                                 "`window` does not exist here: the rows have no "
                                 "fields window_start and window_end");
    mr_diag_hint(c->diags, g, "keep `window_start` and `window_end` in the `output:` before");
    return false;
}

struct mr_program *mr_env_expr(struct mr_check *c, struct mr_env *env, const struct mr_tree *text,
                               const struct mr_type *want) {
    struct mr_program *p = mr_check_expr(c, text, want);
    return p && mr_env_add(c, env, p, text) ? p : NULL;
}

const struct mr_type *mr_flow_packed(struct mr_arena *a, const struct mr_type *row,
                                     const struct mr_record_key *key) {
    if (!key || !key->read) return row;
    struct mr_field *f = mr_arena_calloc(a, row->n_fields + 1, sizeof *f);
    memcpy(f, row->fields, row->n_fields * sizeof *f);
    f[row->n_fields] = (struct mr_field){.type = &mr_type_bytes, .optional = true};
    return mr_type_struct(a, "", row->n_fields + 1, f);
}

/* ---- at run time */

static struct mr_str record_key(const struct mr_env *env, const struct mr_rec *r) {
    if (!env->record_key) return r->key;
    const struct mr_value *v = &r->row[env->in->n_fields];
    if (v->tag != MR_V_BYTES) return (struct mr_str){NULL, 0};
    return (struct mr_str){v->len ? v->p : "", v->len};
}

static struct mr_value read_group_key(const struct mr_env *env, struct mr_str key,
                                      struct mr_arena *a) {
    struct mr_value v = mr_key_read(&env->key, key, a);
    if (v.tag != MR_V_STRUCT) return v;
    if (v.len == 2) return v.row[0];
    v.len--;
    return v;
}

const struct mr_frame *mr_env_frame(const struct mr_env *env, struct mr_rec *r, struct mr_arena *a,
                                    struct mr_env_frame *f) {
    f->frame =
        (struct mr_frame){.row = r->row, .extras = f->extras, .origin = r->origin, .arena = a};
    if (env->shared) f->frame.shared = mr_shared_values(env->shared, r->row, a, &r->shares);
    if (env->uses_key)
        f->extras[MR_EXTRA_KEY] = env->group_key ? read_group_key(env, record_key(env, r), a)
                                                 : mr_key_read(&env->key, record_key(env, r), a);
    else
        f->extras[MR_EXTRA_KEY] = MR_ABSENT;
    if (env->uses_window) {
        f->window[0] = r->row[env->window_start];
        f->window[1] = r->row[env->window_end];
        f->extras[MR_EXTRA_WINDOW] = mr_struct(f->window);
        f->extras[MR_EXTRA_WINDOW].len = 2;
    } else {
        f->extras[MR_EXTRA_WINDOW] = MR_ABSENT;
    }
    if (env->uses_fired) { /* the row is the record that was seen, its timestamp when it fired */
        f->extras[MR_EXTRA_AFTER] = mr_struct(r->row);
        f->extras[MR_EXTRA_AFTER].len = env->in->n_fields;
        f->extras[MR_EXTRA_FIRED_AT] = mr_timestamp_ms(r->ts);
    }
    return &f->frame;
}

/* ---- named expressions, fates */

static bool name_is_free(struct mr_check *c, const struct mr_tree *map, uint32_t i) {
    for (uint32_t k = 0; k < i; k++) {
        if (!mr_str_eq(map->keys[k].text, map->keys[i].text)) continue;
        mr_error(c->diags, "E-NAME", map->keys[i].pos, "`%s` is there twice", map->keys[i].text.p);
        return false;
    }
    return true;
}

bool mr_named_check(struct mr_check *c, struct mr_env *env, const struct mr_tree *map,
                    struct mr_named *to) {
    bool ok = true;
    for (uint32_t i = 0; i < map->n; i++) {
        ok &= name_is_free(c, map, i);
        const struct mr_program *p = mr_env_expr(c, env, &map->items[i], NULL);
        to[i] = (struct mr_named){.name = map->keys[i].text, .program = p, .copy = -1};
        ok &= p != NULL;
    }
    return ok;
}

const struct mr_type *mr_named_type(struct mr_check *c, const struct mr_named *fields, uint32_t n) {
    struct mr_field *to = mr_arena_calloc(c->arena, n + 1, sizeof *to);
    for (uint32_t i = 0; i < n; i++) {
        if (fields[i].copy >= 0) {
            to[i] = c->in.row->fields[fields[i].copy];
            continue;
        }
        const struct mr_program *p = fields[i].program;
        int same = mr_program_is_field(p);
        if (same >= 0) to[i] = c->in.row->fields[same]; /* keeps its form on the wire */
        to[i].name = mr_arena_str(c->arena, fields[i].name);
        to[i].type = mr_program_type(p);
        to[i].optional = mr_program_optional(p);
    }
    return mr_type_struct(c->arena, "", n, to);
}

void mr_print_text(struct mr_str text, struct mr_buf *to) {
    bool space = false, any = false;
    for (size_t i = 0; i < text.n; i++) {
        if (isspace((unsigned char)text.p[i])) {
            space = any;
            continue;
        }
        if (space) mr_buf_byte(to, ' ');
        mr_buf_byte(to, (uint8_t)text.p[i]);
        space = false;
        any = true;
    }
}

void mr_not_exact_when_mixed(struct mr_check *c, const char *what) {
    if (!c->out.exact || !(c->in.mixed || c->in.key_moved)) return;
    c->out.exact = false;
    c->out.why_not = mr_arena_printf(c->arena,
                                     "%s depends on the order of several input partitions; "
                                     "`order: event_time` makes it exact",
                                     what);
}

bool mr_null_key(struct mr_op *op, struct mr_rec *r) {
    switch (op->step->on_null_key) {
    case MR_NULL_KEY_PASS: return true;
    case MR_NULL_KEY_DROP:
        r->fate = MR_FILTERED;
        r->reason = MR_R_KEY_NULL;
        return false;
    case MR_NULL_KEY_DLQ: break;
    }
    mr_refused(r, MR_R_KEY_NULL, "the key is null");
    return false;
}

void mr_null_value(struct mr_rec *r) {
    r->fate = MR_FILTERED;
    r->reason = MR_R_VALUE_NULL;
}

void mr_failed(struct mr_rec *r, const struct mr_value *error) {
    if (r->flags & MR_RF_RETRACT)
        r->fate = MR_FILTERED;
    else
        mr_fault_of(r, error);
}

void mr_refused(struct mr_rec *r, enum mr_reason reason, const char *text) {
    if (r->flags & MR_RF_RETRACT)
        r->fate = MR_FILTERED;
    else
        mr_dead(r, reason, text);
}
