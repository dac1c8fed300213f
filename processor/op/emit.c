/* emit.c -- what leaves the task: a list that the task layer sends, in order of events.
 *
 * Steps run one after the other over a whole batch, so the records of a run are sorted by the
 * number of their event (stable): the list is the same at every batch size.
 */
#include "base/mem.h"
#include "processor/op/internal.h"

struct mr_emitted *mr_send(struct mr_graph *g, uint32_t seq, uint16_t out) {
    if (g->n_emitted == g->cap_emitted) {
        g->cap_emitted = g->cap_emitted ? g->cap_emitted * 2 : 256;
        g->emitted = mr_realloc(g->emitted, g->cap_emitted * sizeof *g->emitted);
        g->emitted_seq = mr_realloc(g->emitted_seq, g->cap_emitted * sizeof *g->emitted_seq);
    }
    g->emitted_seq[g->n_emitted] = seq;
    struct mr_emitted *e = &g->emitted[g->n_emitted++];
    *e = (struct mr_emitted){.out = out, .partition = -1};
    return e;
}

struct mr_str mr_send_bytes(struct mr_graph *g, struct mr_str s) {
    if (!s.p) return s;
    return (struct mr_str){mr_arena_dup(&g->emit_arena, s.p, s.n), s.n};
}

/* Batch overhead of a record: attributes, varints of lengths, offset and time, 5 to 10 bytes each
 */
enum { RECORD_OVERHEAD = 80, HEADER_OVERHEAD = 12 };

size_t mr_emitted_size(const struct mr_emitted *e) {
    size_t n = RECORD_OVERHEAD + e->key.n + e->value.n;
    for (uint32_t i = 0; i < e->n_headers; i++)
        n += HEADER_OVERHEAD + e->headers[i].name.n + e->headers[i].value.n;
    return n;
}

void mr_send_done(struct mr_graph *g, struct mr_emitted *e) {
    g->emitted_bytes += mr_emitted_size(e);
}

/* Merge sort of an index: runs of each step are sorted already, and mostly there is one. */
static void merge(const uint32_t *seq, const uint32_t *from, uint32_t *to, size_t n, size_t width) {
    for (size_t lo = 0; lo < n; lo += 2 * width) {
        size_t mid = lo + width < n ? lo + width : n, hi = lo + 2 * width < n ? lo + 2 * width : n;
        size_t a = lo, b = mid;
        for (size_t k = lo; k < hi; k++)
            to[k] = a < mid && (b >= hi || seq[from[a]] <= seq[from[b]]) ? from[a++] : from[b++];
    }
}

void mr_sends_sort(struct mr_graph *g) {
    size_t n = g->n_emitted - g->run_start;
    uint32_t *seq = g->emitted_seq + g->run_start;
    struct mr_emitted *e = g->emitted + g->run_start;
    size_t sorted = 1;
    while (sorted < n && seq[sorted - 1] <= seq[sorted]) sorted++;
    if (sorted >= n) return;
    uint32_t *a = mr_arena_alloc(&g->arena, n * sizeof *a),
             *b = mr_arena_alloc(&g->arena, n * sizeof *b);
    struct mr_emitted *copy = mr_arena_dup(&g->arena, e, n * sizeof *e);
    for (size_t i = 0; i < n; i++) a[i] = (uint32_t)i;
    for (size_t width = 1; width < n; width *= 2) {
        merge(seq, a, b, n, width);
        uint32_t *t = a;
        a = b;
        b = t;
    }
    for (size_t i = 0; i < n; i++) e[i] = copy[a[i]];
}

const struct mr_emitted *mr_graph_emitted(struct mr_graph *g, size_t *ret_n) {
    *ret_n = g->n_emitted;
    return g->emitted;
}

void mr_graph_clear(struct mr_graph *g) {
    g->n_emitted = g->emitted_bytes = g->run_start = 0;
    mr_arena_reset(&g->emit_arena);
}

size_t mr_graph_emitted_bytes(const struct mr_graph *g) {
    return g->emitted_bytes;
}
