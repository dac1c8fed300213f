/* sinks.c -- sinks: topics written. One with `from` is a step; one without takes late records. */
#include "base/mem.h"
#include "processor/topology/graph.h"

static bool read_config(struct mr_compiler *c, const struct mr_tree *map, struct mr_output *out) {
    if (!map) return true;
    if (!mr_is_map(c->diags, map, "`config`")) return false;
    const char **list = mr_arena_calloc(c->arena, 2 * map->n + 1, sizeof *list);
    for (uint32_t i = 0; i < map->n; i++) {
        const char *value =
            mr_read_string(c->diags, &map->items[i], "the value of a topic's setting");
        if (!value) return false;
        list[2 * i] = map->keys[i].text.p;
        list[2 * i + 1] = value;
    }
    out->create_config = list;
    return true;
}

static bool read_create(struct mr_compiler *c, const struct mr_tree *map, struct mr_output *out) {
    static const char *const none[] = {NULL};
    out->create_partitions = -1; /* as many as the topics that are read */
    out->create_config = none;
    if (!map) return true;
    out->create = true;
    if (!mr_is_map(c->diags, map, "`create`") ||
        !mr_words_check(c->diags, map, MR_PLACE_CREATE, "`create`", NULL))
        return false;
    int64_t partitions = -1;
    const struct mr_tree *n = mr_tree_get(map, "partitions");
    if (n && !mr_read_int(c->diags, n, 1, 100000, &partitions)) return false;
    out->create_partitions = (int32_t)partitions;
    return read_config(c, mr_tree_get(map, "config"), out);
}

/* What only a sink with rows of its own can say. */
static bool check_late(struct mr_compiler *c, const struct mr_thing *t) {
    static const char *const allowed[] = {"topic", "create"};
    bool ok = true;
    for (uint32_t i = 0; i < t->tree->n; i++) {
        const struct mr_tree *key = &t->tree->keys[i];
        if (mr_str_is(key->text, allowed[0]) || mr_str_is(key->text, allowed[1])) continue;
        struct mr_diag *g =
            mr_error(c->diags, "E-KEY", key->pos, "`%s` on a sink without `from`", key->text.p);
        g->len = (uint32_t)key->text.n;
        mr_diag_hint(c->diags, g, "it gets late records as they are; say `from:` to write rows");
        ok = false;
    }
    return ok;
}

static bool add_step(struct mr_compiler *c, struct mr_thing *t) {
    struct mr_gstep *from = t->from[0]->last;
    struct mr_gstep *s = mr_gstep_add(c, t, "", &mr_op_sink, &from->out);
    s->meta_key = from->meta_key;
    s->ins[0].from = from;
    s->n_ins = 1;
    struct mr_checking ing;
    struct mr_check k;
    mr_gstep_world(c, s, &ing, &k);
    k.input_name = t->from[0]->name;
    if (!mr_gstep_check(s, &k)) return false;
    t->last = s;
    t->output.key = s->out.key_format;
    t->output.value = s->out.value_format;
    /* Rows that are not the records' own bytes are written from all their fields. */
    if (s->out.value_format != s->in.value_format || !s->in.value_format) mr_needs_all(&s->reads);
    return true;
}

bool mr_check_sink(struct mr_compiler *c, struct mr_thing *t) {
    bool ok = mr_words_check(c->diags, t->tree, MR_PLACE_SINK, "a sink", mr_op_sink.keys);
    const struct mr_tree *topic = mr_tree_get(t->tree, "topic");
    t->output.kind = MR_OUT_SINK;
    t->output.name = t->output.topic = t->name;
    if (topic) ok &= mr_read_topic(c->diags, topic, &t->output.topic);
    ok &= read_create(c, mr_tree_get(t->tree, "create"), &t->output);
    if (!mr_tree_get(t->tree, "from")) {
        t->output.kind = MR_OUT_LATE;
        return ok && check_late(c, t);
    }
    if (!ok || t->n_from != 1 || t->from[0]->broken) return false;
    return add_step(c, t);
}
