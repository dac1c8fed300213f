/* forms.c -- how the records of a plan's inputs and outputs stand in files; see embed.h. Apart from
 * embed.c because it needs no broker. */
#include "processor/serve/embed.h"

const struct mr_input *mr_embed_input(const struct mr_plan *plan, const char *name) {
    for (uint16_t s = 0; s < plan->n_subs; s++)
        for (uint16_t i = 0; i < plan->subs[s].n_inputs; i++) {
            const struct mr_input *in = &plan->subs[s].inputs[i];
            if (in->kind != MR_IN_REPARTITION && strcmp(in->source, name) == 0) return in;
            if (in->table && strcmp(in->table->source, name) == 0) return in->table;
        }
    return NULL;
}

struct mr_feed_form mr_embed_input_form(const struct mr_input *in) {
    return (struct mr_feed_form){in->key, in->value};
}

struct mr_feed_form mr_embed_output_form(const struct mr_output *out) {
    if (out->kind != MR_OUT_SINK) return (struct mr_feed_form){0}; /* dead letters */
    return (struct mr_feed_form){out->key, out->value};
}
