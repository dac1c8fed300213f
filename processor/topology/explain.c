/* explain.c -- the plan as text for people, dot for graphviz, JSON for tools; its expressions.
 *
 * Deterministic and free of addresses, hashes and machine names: goldens compare the text.
 */
#include "base/mem.h"
#include "base/units.h"
#include "processor/topology/graph.h"

static const char *const input_kinds[] = {"source", "table", "repartition"};
static const char *const output_kinds[] = {"sink", "repartition", "dead letters", "late records"};
static const char *const store_kinds[] = {"plain", "versioned", "window"};
static const char *const starts[] = {"earliest", "latest", "timestamp"};

/* ---- shared */

static const struct mr_gstep *entry_of(const struct mr_plan *p, const struct mr_sub *sub,
                                       uint16_t input) {
    return ((const struct mr_plan_box *)p)->subs[sub->id].inputs[input];
}

/* Calls for each field of an input's row that is read. */
static void list_reads(const struct mr_gstep *entry, const char *between, const char *quote,
                       struct mr_buf *to) {
    bool any = false;
    for (uint32_t i = 0; i < entry->in.row->n_fields; i++) {
        if (!entry->needed.fields[i]) continue;
        mr_buf_printf(to, "%s%s%.*s%s", any ? between : "", quote,
                      MR_STR_ARG(entry->in.row->fields[i].name), quote);
        any = true;
    }
}

static void print_ms(int64_t ms, const char *none, struct mr_buf *to) {
    if (ms < 0)
        mr_buf_cat(to, none);
    else
        mr_print_duration(ms, to);
}

/* Topics of the application are shown with its prefix left open. */
static void print_topic(const char *topic, bool internal, struct mr_buf *to) {
    if (!topic)
        mr_buf_cat(to, "<app>-dlq");
    else
        mr_buf_printf(to, "%s%s", internal ? "<app>-" : "", topic);
}

/* ---- text */

static void text_reads(const struct mr_gstep *entry, struct mr_buf *to) {
    mr_buf_cat(to, "    reads: ");
    size_t before = to->n;
    list_reads(entry, ", ", "", to);
    mr_buf_cat(to, to->n == before ? "nothing of the value\n" : "\n");
}

static void text_times(const struct mr_input *in, struct mr_buf *to) {
    const struct mr_program *event_time = mr_input_clock(in)->event_time;
    mr_buf_cat(to, "    time: ");
    if (event_time)
        mr_buf_str(to, mr_program_text(event_time));
    else
        mr_buf_cat(to, "the Kafka timestamp");
    mr_buf_cat(to, ", max_jump ");
    print_ms(in->max_jump_ms, "none", to);
    mr_buf_cat(to, ", idle_after ");
    print_ms(in->idle_after_ms, "never", to);
    if (in->hold_when_idle) mr_buf_cat(to, ", when_idle hold");
    if (in->start != MR_START_EARLIEST) mr_buf_printf(to, ", start %s", starts[in->start]);
    mr_buf_cat(to, "\n");
}

static void text_input(const struct mr_plan *p, const struct mr_sub *sub, uint16_t i,
                       struct mr_buf *to) {
    const struct mr_input *in = &sub->inputs[i];
    bool repartition = in->kind == MR_IN_REPARTITION;
    mr_buf_printf(to, "  input %s: %s, topic ", in->source, input_kinds[in->kind]);
    print_topic(in->topic, repartition, to);
    if (repartition) {
        mr_buf_printf(to, ", from %s, ", p->subs[in->from_sub].name);
        mr_buf_cat(to, in->mark_ms ? "time marks every " : "with its source time");
        if (in->mark_ms) mr_print_duration(in->mark_ms, to);
    } else {
        mr_buf_cat(to, ", key ");
        mr_format_print(in->key, to);
    }
    if (sub->anchor == i) mr_buf_cat(to, ", anchor");
    mr_buf_cat(to, "\n");
    if (!repartition) {
        text_reads(entry_of(p, sub, i), to);
        text_times(in, to);
    }
    if (in->table) {
        mr_buf_printf(to, "    first to table: %s\n  ", in->table->source);
        text_reads(entry_of(p, sub, i)->twin, to);
    }
    for (uint16_t w = 0; w < in->n_waits; w++) {
        const struct mr_wait *wait = &in->waits[w];
        if (wait->input == i) continue;
        const struct mr_input *on = &sub->inputs[wait->input];
        mr_buf_printf(to, "    waits for: %s",
                      on->kind == MR_IN_REPARTITION ? on->topic : on->source);
        if (wait->disorder_ms) {
            mr_buf_cat(to, ", disorder ");
            mr_print_duration(wait->disorder_ms, to);
        }
        if (wait->max_wait_ms >= 0) {
            mr_buf_cat(to, ", at most ");
            mr_print_duration(wait->max_wait_ms, to);
        }
        mr_buf_cat(to, "\n");
    }
}

static void text_step(const struct mr_sub *sub, const struct mr_step *s, struct mr_buf *to) {
    mr_buf_printf(to, "  step %s", s->name);
    for (uint16_t i = 0; i < s->n_ins; i++)
        mr_buf_printf(to, "%s%s", i ? ", " : " <- ", sub->steps[s->ins[i].step].name);
    mr_buf_cat(to, "\n");
    if (s->op->explain) {
        mr_buf_cat(to, "    ");
        s->op->explain(s, to);
        mr_buf_cat(to, "\n");
    }
    if (s->store >= 0)
        mr_buf_printf(to, "    store: %s, %s, changelog <app>-%s-changelog\n",
                      sub->stores[s->store].name, store_kinds[sub->stores[s->store].kind],
                      sub->stores[s->store].name);
    if (s->late_out >= 0) mr_buf_printf(to, "    late records: %s\n", sub->outs[s->late_out].name);
    if (s->invalid_out >= 0)
        mr_buf_printf(to, "    invalid records: %s\n", sub->outs[s->invalid_out].name);
    if (s->on_null_key != MR_NULL_KEY_PASS)
        mr_buf_printf(to, "    null keys: %s\n", mr_words_on_null_key[s->on_null_key]);
    if (s->on_error != MR_ERR_DLQ)
        mr_buf_printf(to, "    errors: %s\n", mr_words_on_error[s->on_error]);
    if (s->exact)
        mr_buf_cat(to, "    exact\n");
    else
        mr_buf_printf(to, "    not exact: %s\n", s->why_not ? s->why_not : "its input is not");
}

static void text_output(const struct mr_plan *p, const struct mr_output *out, struct mr_buf *to) {
    mr_buf_printf(to, "  output %s: %s, topic ", out->name, output_kinds[out->kind]);
    print_topic(out->topic, out->kind == MR_OUT_REPARTITION, to);
    if (out->kind == MR_OUT_REPARTITION) mr_buf_printf(to, ", to %s", p->subs[out->to_sub].name);
    if (out->key) {
        mr_buf_cat(to, ", key ");
        mr_format_print(out->key, to);
    }
    if (out->value) {
        mr_buf_cat(to, ", value ");
        mr_format_print(out->value, to);
    }
    if (out->create) mr_buf_cat(to, ", created");
    mr_buf_cat(to, "\n");
}

void mr_explain_text(const struct mr_plan *p, struct mr_buf *to) {
    mr_buf_printf(to, "topology %s\n", p->name);
    for (uint16_t s = 0; s < p->n_subs; s++) {
        const struct mr_sub *sub = &p->subs[s];
        mr_buf_printf(to, "\nsub-topology %s\n", sub->name);
        for (uint16_t i = 0; i < sub->n_inputs; i++) text_input(p, sub, i, to);
        for (uint16_t i = 0; i < sub->n_steps; i++) text_step(sub, &sub->steps[i], to);
        for (uint16_t i = 0; i < sub->n_outs; i++) text_output(p, &sub->outs[i], to);
    }
}

/* ---- expressions */

static bool is_blank(char ch) {
    return ch == ' ' || ch == '\n';
}

/* The text on one line: block scalars have several. */
static void print_line(struct mr_str text, struct mr_buf *to) {
    while (text.n > 0 && is_blank(text.p[text.n - 1])) text.n--;
    for (size_t i = 0; i < text.n; i++) mr_buf_byte(to, text.p[i] == '\n' ? ' ' : text.p[i]);
}

static void print_program(const char *step, const struct mr_program *p, struct mr_buf *to) {
    MR_CLEANUP(mr_buf_done) struct mr_buf code = {0};
    mr_buf_printf(to, "  %s: ", step);
    print_line(mr_program_text(p), to);
    mr_buf_cat(to, " -> ");
    mr_type_print(mr_program_type(p), to);
    mr_buf_cat(to, mr_program_optional(p) ? "?\n" : "\n");
    mr_program_disasm(p, &code);
    for (size_t i = 0; i < code.n; i++) {
        if (i == 0 || code.p[i - 1] == '\n') mr_buf_cat(to, "    ");
        mr_buf_byte(to, code.p[i]);
    }
}

void mr_explain_disasm(const struct mr_plan *p, struct mr_buf *to) {
    const struct mr_gsub *subs = ((const struct mr_plan_box *)p)->subs;
    mr_buf_printf(to, "topology %s\n", p->name);
    for (uint16_t s = 0; s < p->n_subs; s++) {
        mr_buf_printf(to, "\nsub-topology %s\n", subs[s].name);
        for (uint16_t i = 0; i < subs[s].n_steps; i++) {
            const struct mr_gstep *step = subs[s].steps[i];
            for (const struct mr_gprogram *g = step->programs; g; g = g->next)
                print_program(step->name, g->program, to);
        }
    }
}

/* ---- dot */

static void dot_sub(const struct mr_sub *sub, struct mr_buf *to) {
    mr_buf_printf(to, "  subgraph cluster_%u {\n    label=\"%s\";\n", sub->id, sub->name);
    for (uint16_t i = 0; i < sub->n_steps; i++) {
        const struct mr_step *s = &sub->steps[i];
        mr_buf_printf(to, "    s%u_%u [label=\"%s%s%s\"%s];\n", sub->id, i, s->name,
                      s->store >= 0 ? "\\nstore " : "",
                      s->store >= 0 ? sub->stores[s->store].name : "",
                      s->exact ? "" : ", style=dashed");
    }
    mr_buf_cat(to, "  }\n");
    for (uint16_t i = 0; i < sub->n_steps; i++)
        for (uint16_t e = 0; e < sub->steps[i].n_ins; e++)
            mr_buf_printf(to, "  s%u_%u -> s%u_%u;\n", sub->id, sub->steps[i].ins[e].step, sub->id,
                          i);
    for (uint16_t i = 0; i < sub->n_inputs; i++) {
        const struct mr_input *in = &sub->inputs[i];
        if (in->kind == MR_IN_REPARTITION) continue;
        mr_buf_printf(to, "  \"%s\" [shape=cds];\n  \"%s\" -> s%u_%u;\n", in->topic, in->topic,
                      sub->id, in->step);
        if (in->table)
            mr_buf_printf(to, "  \"%s\" -> s%u_%u;\n", in->topic, sub->id, in->table->step);
    }
}

/* Topics written: the steps that write them are found by the outs that they fill. */
static void dot_outs(const struct mr_plan *p, const struct mr_sub *sub, struct mr_buf *to) {
    const struct mr_gsub *from = &((const struct mr_plan_box *)p)->subs[sub->id];
    for (uint16_t i = 0; i < from->n_steps; i++) {
        const struct mr_gstep *s = from->steps[i];
        if (s->op == &mr_op_sink)
            mr_buf_printf(to, "  \"%s\" [shape=cds];\n  s%u_%u -> \"%s\";\n",
                          sub->outs[s->out_index].topic, sub->id, i, sub->outs[s->out_index].topic);
        if (s->op == &mr_op_repartition_out)
            mr_buf_printf(to, "  s%u_%u -> s%u_%u [label=\"%s\"];\n", sub->id, i, s->peer->sub,
                          s->peer->id, s->rconf->name);
    }
}

void mr_explain_dot(const struct mr_plan *p, struct mr_buf *to) {
    mr_buf_printf(to, "digraph \"%s\" {\n  rankdir=LR;\n  node [shape=box];\n", p->name);
    for (uint16_t s = 0; s < p->n_subs; s++) {
        dot_sub(&p->subs[s], to);
        dot_outs(p, &p->subs[s], to);
    }
    mr_buf_cat(to, "}\n");
}

/* ---- JSON */

static void json_string(struct mr_str s, struct mr_buf *to) {
    mr_buf_byte(to, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch == '"' || ch == '\\')
            mr_buf_printf(to, "\\%c", ch);
        else if (ch < 0x20)
            mr_buf_printf(to, "\\u%04x", ch);
        else
            mr_buf_byte(to, ch);
    }
    mr_buf_byte(to, '"');
}

static void json_field(const char *name, struct mr_str value, struct mr_buf *to) {
    mr_buf_printf(to, ",\"%s\":", name);
    json_string(value, to);
}

static void json_printed(const char *name, struct mr_buf *text, struct mr_buf *to) {
    json_field(name, mr_buf_view(text), to);
    mr_buf_clear(text);
}

static void json_reads(const struct mr_gstep *entry, struct mr_buf *to) {
    mr_buf_cat(to, ",\"reads\":[");
    list_reads(entry, ",", "\"", to);
    mr_buf_cat(to, "]");
}

static void json_table(const struct mr_input *table, const struct mr_gstep *entry,
                       struct mr_buf *to) {
    MR_CLEANUP(mr_buf_done) struct mr_buf text = {0};
    mr_buf_printf(to, ",\"table\":{\"name\":\"%s\"", table->source);
    mr_format_print(table->value, &text);
    json_printed("value", &text, to);
    json_reads(entry, to);
    mr_buf_cat(to, "}");
}

static void json_waits(const struct mr_sub *sub, uint16_t i, struct mr_buf *to) {
    const struct mr_input *in = &sub->inputs[i];
    const char *comma = "";
    mr_buf_cat(to, ",\"waits\":[");
    for (uint16_t w = 0; w < in->n_waits; w++) {
        if (in->waits[w].input == i) continue;
        mr_buf_printf(to, "%s{\"for\":\"%s\",\"disorder_ms\":%lld,\"max_wait_ms\":%lld}", comma,
                      sub->inputs[in->waits[w].input].source, (long long)in->waits[w].disorder_ms,
                      (long long)in->waits[w].max_wait_ms);
        comma = ",";
    }
    mr_buf_cat(to, "]");
}

static void json_input(const struct mr_plan *p, const struct mr_sub *sub, uint16_t i,
                       struct mr_buf *to) {
    const struct mr_input *in = &sub->inputs[i];
    MR_CLEANUP(mr_buf_done) struct mr_buf text = {0};
    mr_buf_printf(to, "%s{\"name\":\"%s\",\"kind\":\"%s\"", i ? "," : "", in->source,
                  input_kinds[in->kind]);
    print_topic(in->topic, in->kind == MR_IN_REPARTITION, &text);
    json_printed("topic", &text, to);
    if (in->kind == MR_IN_REPARTITION) {
        mr_buf_printf(to, ",\"from\":\"%s\",\"mark_ms\":%lld", p->subs[in->from_sub].name,
                      (long long)in->mark_ms);
    } else {
        mr_format_print(in->key, &text);
        json_printed("key", &text, to);
        mr_format_print(in->value, &text);
        json_printed("value", &text, to);
        const struct mr_program *event_time = mr_input_clock(in)->event_time;
        if (event_time) json_field("event_time", mr_program_text(event_time), to);
        mr_buf_printf(to, ",\"max_jump_ms\":%lld,\"idle_after_ms\":%lld",
                      (long long)in->max_jump_ms, (long long)in->idle_after_ms);
        json_reads(entry_of(p, sub, i), to);
    }
    if (in->table) json_table(in->table, entry_of(p, sub, i)->twin, to);
    json_waits(sub, i, to);
    mr_buf_cat(to, "}");
}

static void json_step(const struct mr_sub *sub, const struct mr_step *s, struct mr_buf *to) {
    MR_CLEANUP(mr_buf_done) struct mr_buf text = {0};
    mr_buf_printf(to, "%s{\"name\":\"%s\",\"op\":\"%s\",\"from\":[", s->id ? "," : "", s->name,
                  s->op->name);
    for (uint16_t i = 0; i < s->n_ins; i++)
        mr_buf_printf(to, "%s\"%s\"", i ? "," : "", sub->steps[s->ins[i].step].name);
    mr_buf_cat(to, "]");
    if (s->op->explain) {
        s->op->explain(s, &text);
        json_printed("does", &text, to);
    }
    if (s->out) {
        mr_type_print(s->out, &text);
        json_printed("row", &text, to);
    }
    if (s->store >= 0)
        mr_buf_printf(to,
                      ",\"store\":{\"name\":\"%s\",\"kind\":\"%s\",\"fingerprint\":\"%016llx\"}",
                      sub->stores[s->store].name, store_kinds[sub->stores[s->store].kind],
                      (unsigned long long)sub->stores[s->store].fingerprint);
    mr_buf_printf(to, ",\"table\":%s,\"exact\":%s", s->out_table ? "true" : "false",
                  s->exact ? "true" : "false");
    if (!s->exact) json_field("why_not", mr_str(s->why_not ? s->why_not : "its input is not"), to);
    mr_buf_cat(to, "}");
}

static void json_output(const struct mr_plan *p, const struct mr_output *out, bool first,
                        struct mr_buf *to) {
    MR_CLEANUP(mr_buf_done) struct mr_buf text = {0};
    mr_buf_printf(to, "%s{\"name\":\"%s\",\"kind\":\"%s\"", first ? "" : ",", out->name,
                  output_kinds[out->kind]);
    print_topic(out->topic, out->kind == MR_OUT_REPARTITION, &text);
    json_printed("topic", &text, to);
    if (out->kind == MR_OUT_REPARTITION)
        mr_buf_printf(to, ",\"to\":\"%s\"", p->subs[out->to_sub].name);
    if (out->key) {
        mr_format_print(out->key, &text);
        json_printed("key", &text, to);
    }
    if (out->value) {
        mr_format_print(out->value, &text);
        json_printed("value", &text, to);
    }
    mr_buf_printf(to, ",\"create\":%s}", out->create ? "true" : "false");
}

void mr_explain_json(const struct mr_plan *p, struct mr_buf *to) {
    mr_buf_printf(to, "{\"topology\":\"%s\",\"subs\":[", p->name);
    for (uint16_t s = 0; s < p->n_subs; s++) {
        const struct mr_sub *sub = &p->subs[s];
        mr_buf_printf(to, "%s{\"name\":\"%s\",\"anchor\":\"%s\",\"inputs\":[", s ? "," : "",
                      sub->name, sub->inputs[sub->anchor].source);
        for (uint16_t i = 0; i < sub->n_inputs; i++) json_input(p, sub, i, to);
        mr_buf_cat(to, "],\"steps\":[");
        for (uint16_t i = 0; i < sub->n_steps; i++) json_step(sub, &sub->steps[i], to);
        mr_buf_cat(to, "],\"outputs\":[");
        for (uint16_t i = 0; i < sub->n_outs; i++) json_output(p, &sub->outs[i], i == 0, to);
        mr_buf_cat(to, "]}");
    }
    mr_buf_cat(to, "]}\n");
}
