/* embed.h -- a plan on the in-process broker: its topics, its feeds, what comes out.
 *
 * Used by `run --embedded`, `demo` and `test`. Does not run workers.
 */
#ifndef MR_SERVE_EMBED_H
#define MR_SERVE_EMBED_H

#include "processor/broker/sim.h"
#include "processor/op/plan.h"
#include "processor/serve/feed.h"

struct mr_embed {
    const struct mr_plan *plan; /* borrowed */
    const char *app;            /* borrowed */
    struct mr_broker *broker;   /* owned */
    struct mr_arena arena;
};

/* Makes the broker and every topic of the plan: `partitions` each, sinks as their `create:` says.
 * false: *err, mr_embed_done is still right. */
bool mr_embed_open(struct mr_embed *e, const struct mr_plan *plan, const char *app,
                   struct mr_clock *clock, int32_t partitions, struct mr_err *err);
void mr_embed_done(struct mr_embed *e);

/* The input of a source or table by its name in the file; NULL = none. */
const struct mr_input *mr_embed_input(const struct mr_plan *plan, const char *name);
/* Sinks (late ones, too) and the dead letters ("dlq"), each name once; arrays in the arena. */
const struct mr_output **mr_embed_plan_outputs(struct mr_arena *a, const struct mr_plan *plan,
                                               size_t *ret_n);
const struct mr_output **mr_embed_outputs(struct mr_embed *e, size_t *ret_n);
const char *mr_embed_topic_name(struct mr_embed *e, const struct mr_output *out);
/* How records of an input, and of an output, stand in files and tests. */
struct mr_feed_form mr_embed_input_form(const struct mr_input *in);
struct mr_feed_form mr_embed_output_form(const struct mr_output *out);

/* Appends a record to the input's topic (partition < 0: by key). false: *err. */
bool mr_embed_append(struct mr_embed *e, const struct mr_input *in, const struct mr_feed_rec *rec,
                     struct mr_err *err);
/* Appends all lines of a file ("-": standard input); *ret_n counts them. */
bool mr_embed_feed(struct mr_embed *e, const char *name, const char *path, int64_t *ret_n,
                   struct mr_err *err);
void mr_embed_end_feeds(struct mr_embed *e);

/* Every committed record of an output, partition by partition. The callback may stop with false. */
typedef bool (*mr_embed_cb)(void *arg, int32_t partition, const struct mr_msg *m);
void mr_embed_read(struct mr_embed *e, const struct mr_output *out, mr_embed_cb cb, void *arg);
/* DIR/<sink>.jsonl and DIR/dlq.jsonl. */
bool mr_embed_write_files(struct mr_embed *e, const char *dir, struct mr_err *err);

#endif
