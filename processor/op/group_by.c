/* group_by.c -- `group_by: [names]`, `{name: expr}` or one name: the grouping key.
 *
 * Only the key changes; the row stays the node's input, so a late record's dead letter is that. The
 * record's own key goes along behind the row's fields where an expression behind it reads `key`.
 * The aggregate behind it reads the group's values back from the key. `[]` is one group. Over a
 * table a row that changes leaves its old group, then enters its new one: two rows, each keyed.
 */
#include "processor/op/internal.h"

uint32_t mr_group_names(struct mr_check *c, const struct mr_tree *t, struct mr_str **ret) {
    uint32_t n = t->kind == MR_TREE_SCALAR ? 1 : t->n;
    struct mr_str *names = mr_arena_calloc(c->arena, n + 1, sizeof *names);
    for (uint32_t i = 0; i < n; i++)
        names[i] = t->kind == MR_TREE_SCALAR ? t->text
                   : t->kind == MR_TREE_LIST ? t->items[i].text
                                             : t->keys[i].text;
    *ret = names;
    return n;
}

static bool is_group_name(struct mr_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
              s.p[i] == '_' || (i && s.p[i] >= '0' && s.p[i] <= '9')))
            return false;
    return s.n > 0;
}

static bool check(struct mr_check *c) {
    if (c->clause->kind == MR_TREE_SCALAR && !is_group_name(c->clause->text)) {
        struct mr_diag *g = mr_error(c->diags, "E-CLAUSE", c->clause->pos,
                                     "`group_by` takes the name of a field, not an expression");
        mr_diag_hint(c->diags, g, "name it: group_by: {name: '%s'}", c->clause->text.p);
        return false;
    }
    struct mr_keys *conf = mr_arena_calloc(c->arena, 1, sizeof *conf);
    if (!mr_keys_check(c, conf, c->clause)) return false;
    c->conf = conf;
    if (conf->unchanged) return true;
    struct mr_record_key *own = mr_arena_calloc(c->arena, 1, sizeof *own);
    *own = (struct mr_record_key){
        .type = c->in.key, .format = c->in.key_format, .windowed = c->in.windowed};
    conf->record_key = c->out.record_key = own;
    return true;
}

static void process(struct mr_op *op, struct mr_rec *recs, size_t n) {
    mr_keys_process(op->step->conf, op, recs, n);
}

static void explain(const struct mr_step *s, struct mr_buf *to) {
    mr_keys_explain(s->conf, to);
}

const struct mr_op_desc mr_op_group_by = {
    .name = "group_by",
    .clause = "group_by",
    .looks_at_sign = true,
    .check = check,
    .process = process,
    .explain = explain,
};
