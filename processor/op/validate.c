/* validate.c -- `validate: {rule: expr}`: rows that break a rule leave the stream.
 *
 * They are dead with the reason INVALID, whose name is the rule's (the first one broken, in the
 * order of the file), and go to `on_invalid:` or the dead letters. An error in a rule is an error
 * of the record. Over a table a retraction is judged by the same rules, so what never passed is
 * never taken back.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

struct validate_conf {
    struct mr_env env;
    uint32_t n;
    struct mr_str *names;
    const struct mr_program **rules;
    const char **texts; /* for mr.message */
};

/* ---- check */

/* The name becomes a reason, so it may not be one of those that mean something else. */
static bool check_name(struct mr_check *c, const struct mr_tree *name) {
    if (!mr_check_name(c, name, "a rule")) return false;
    for (int r = MR_R_NONE + 1; r < MR_N_REASONS; r++) {
        if (!mr_str_is(name->text, mr_reason_name((enum mr_reason)r))) continue;
        struct mr_diag *g = mr_error(c->diags, "E-NAME", name->pos,
                                     "`%s` is a reason of dead letters already", name->text.p);
        g->len = (uint32_t)name->text.n;
        mr_diag_hint(c->diags, g, "name the rule after what it asks for: has_price");
        return false;
    }
    return true;
}

static bool check_rule(struct mr_check *c, struct validate_conf *conf, uint32_t i) {
    const struct mr_tree *text = &c->clause->items[i];
    if (!check_name(c, &c->clause->keys[i])) return false;
    conf->names[i] = c->clause->keys[i].text;
    conf->rules[i] = mr_env_expr(c, &conf->env, text, &mr_type_bool);
    if (!conf->rules[i]) return false;
    MR_CLEANUP(mr_buf_done) struct mr_buf b = {0};
    mr_buf_cat(&b, "not true: ");
    mr_print_text(text->text, &b);
    conf->texts[i] = mr_arena_strdup(c->arena, mr_buf_cstr(&b));
    return true;
}

static bool check(struct mr_check *c) {
    const struct mr_tree *t = c->clause;
    if (t->kind != MR_TREE_MAP || !t->n) {
        struct mr_diag *g =
            mr_error(c->diags, "E-CLAUSE", t->pos, "`validate` takes a map of named rules");
        mr_diag_hint(c->diags, g, "validate: {has_price: 'cents > 0'}");
        return false;
    }
    struct validate_conf *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    conf->n = t->n;
    conf->names = mr_arena_calloc(c->arena, conf->n, sizeof *conf->names);
    conf->rules = mr_arena_calloc(c->arena, conf->n, sizeof(struct mr_program *));
    conf->texts = mr_arena_calloc(c->arena, conf->n, sizeof(char *));
    mr_env_begin(c, &conf->env);
    bool ok = true;
    for (uint32_t i = 0; i < conf->n; i++) ok = check_rule(c, conf, i) && ok;
    c->conf = conf;
    return ok;
}

/* ---- run */

const char *mr_validate_rule(const struct mr_step *s, uint16_t rule) {
    const struct validate_conf *conf = s->conf;
    return conf->names[rule].p;
}

/* true: no rule is broken. */
static bool is_valid(const struct validate_conf *conf, struct mr_op *op, struct mr_rec *r) {
    struct mr_env_frame f;
    const struct mr_frame *frame = mr_env_frame(&conf->env, r, mr_op_arena(op), &f);
    for (uint32_t i = 0; i < conf->n; i++) {
        struct mr_value v = mr_eval(conf->rules[i], frame);
        if (v.tag == MR_V_BOOL && v.b) continue;
        if (v.tag == MR_V_ERROR) {
            mr_failed(r, &v);
        } else if (r->flags & MR_RF_RETRACT) {
            mr_filtered(r);
        } else {
            mr_dead(r, MR_R_INVALID, conf->texts[i]);
            r->which = (uint16_t)i;
        }
        return false;
    }
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct mr_rec *r = &recs[i];
        if (!r->row)
            mr_null_value(r);
        else if (is_valid(op->step->conf, op, r))
            mr_emit(op, r, *r);
    }
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    const struct validate_conf *conf = s->conf;
    for (uint32_t i = 0; i < conf->n; i++) {
        if (i) mr_buf_cat(to, ", ");
        mr_buf_str(to, conf->names[i]);
        mr_buf_cat(to, ": ");
        mr_print_text(mr_program_text(conf->rules[i]), to);
    }
}

const struct mr_op_desc mr_op_validate = {
    .name = "validate",
    .clause = "validate",
    .looks_at_sign = true,
    .keys = (const char *const[]){"on_invalid", NULL},
    .check = check,
    .process = process,
    .explain = explain,
};
