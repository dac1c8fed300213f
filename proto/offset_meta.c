#include "proto/offset_meta.h"

#include <inttypes.h>

/* The text is one line of printable ASCII. The last part may hold spaces. */
static bool printable(struct mr_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~') return false;
    return true;
}

void mr_offset_meta_write(const struct mr_offset_meta *m, struct mr_buf *to) {
    mr_buf_printf(to, "mr1 n=%" PRId64 " w=%08" PRIx32 " i=", m->commit, m->writer);
    mr_buf_str(to, m->incarnations);
    if (m->has_next) mr_buf_printf(to, " a=%" PRId64, m->next);
    mr_buf_cat(to, " s=");
    mr_buf_str(to, m->source_time);
}

static bool skip(struct mr_str *s, const char *word) {
    size_t n = strlen(word);
    if (s->n < n || memcmp(s->p, word, n) != 0) return false;
    *s = (struct mr_str){s->p + n, s->n - n};
    return true;
}

static bool digits(struct mr_str *s, int64_t *ret) {
    int64_t v = 0;
    size_t i = 0;
    for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, s->p[i] - '0', &v))
            return false;
    if (i == 0 || (i > 1 && s->p[0] == '0')) return false;
    *s = (struct mr_str){s->p + i, s->n - i};
    *ret = v;
    return true;
}

static bool hex8(struct mr_str *s, uint32_t *ret) {
    uint32_t v = 0;
    if (s->n < 8) return false;
    for (size_t i = 0; i < 8; i++) {
        char c = s->p[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return false;
        v = v << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *s = (struct mr_str){s->p + 8, s->n - 8};
    *ret = v;
    return true;
}

bool mr_offset_meta_read(struct mr_str text, struct mr_offset_meta *ret) {
    struct mr_offset_meta m = {0};
    if (!text.p || text.n > MR_META_MAX || !printable(text)) return false;
    if (!skip(&text, "mr1 n=") || !digits(&text, &m.commit)) return false;
    if (!skip(&text, " w=") || !hex8(&text, &m.writer) || !skip(&text, " i=")) return false;
    size_t n = 0;
    while (n < text.n && text.p[n] != ' ') n++;
    m.incarnations = (struct mr_str){text.p, n};
    text = (struct mr_str){text.p + n, text.n - n};
    m.has_next = skip(&text, " a=");
    if (m.has_next && !digits(&text, &m.next)) return false;
    if (!skip(&text, " s=")) return false;
    m.source_time = text;
    *ret = m;
    return true;
}
