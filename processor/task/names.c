/* names.c -- names of internal topics: application id first, then the node (design.md 5). */
#include "processor/task/internal.h"

const char *mr_name_changelog(struct mr_arena *a, const char *app, const char *store) {
    return mr_arena_printf(a, "%s-%s-changelog", app, store);
}

const char *mr_name_repartition(struct mr_arena *a, const char *app, const char *suffix) {
    return mr_arena_printf(a, "%s-%s", app, suffix);
}

const char *mr_name_dlq(struct mr_arena *a, const char *app, const struct mr_plan *plan) {
    return plan->dlq ? plan->dlq : mr_arena_printf(a, "%s-dlq", app);
}

const char *mr_name_input(struct mr_arena *a, const char *app, const struct mr_input *in) {
    return in->kind == MR_IN_REPARTITION ? mr_name_repartition(a, app, in->topic) : in->topic;
}

const char *mr_name_output(struct mr_arena *a, const char *app, const struct mr_plan *plan,
                           const struct mr_output *out) {
    switch (out->kind) {
    case MR_OUT_REPARTITION: return mr_name_repartition(a, app, out->topic);
    case MR_OUT_DLQ: return mr_name_dlq(a, app, plan);
    case MR_OUT_SINK:
    case MR_OUT_LATE: break;
    }
    return out->topic;
}
