/* log.c -- log lines to standard error; see log.h. One write(2) per line, so that lines of several
 * threads never mix. A call site is its event name: sites are found by its address. */
#include "base/log.h"
#include "base/buf.h"
#include "base/clock.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 8192,
    SITES = 256, /* sites beyond it are not limited */
    PER_SECOND = 10,
    SECOND_MS = 1000,
};

struct site {
    const char *event;   /* NULL: free */
    int64_t window_ms;   /* start of the present second */
    unsigned in_window;  /* lines written in it */
    unsigned suppressed; /* since the last line written */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum mr_level max_level = MR_LOG_INFO; /* read without the lock: set before threads start */
static bool json;
static struct mr_clock *clock_;
static struct site sites[SITES];

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void mr_log_open(enum mr_level level, enum mr_log_form form) {
    pthread_mutex_lock(&lock);
    max_level = level;
    json = form == MR_LOG_JSON || (form == MR_LOG_AUTO && !isatty(STDERR_FILENO));
    memset(sites, 0, sizeof sites);
    pthread_mutex_unlock(&lock);
}

void mr_log_clock(struct mr_clock *c) {
    pthread_mutex_lock(&lock);
    clock_ = c;
    pthread_mutex_unlock(&lock);
}

static struct site *find_site(const char *event) {
    size_t at = ((uintptr_t)event >> 3) % SITES;
    for (size_t i = 0; i < SITES; i++) {
        struct site *s = &sites[(at + i) % SITES];
        if (!s->event) s->event = event;
        if (s->event == event) return s;
    }
    return NULL;
}

/* May this line be written? *suppressed: how many before it were not. */
static bool admit(const char *event, int64_t now_ms, unsigned *suppressed) {
    struct site *s = find_site(event);
    *suppressed = 0;
    if (!s) return true;
    if (s->in_window == 0 || now_ms - s->window_ms >= SECOND_MS || now_ms < s->window_ms) {
        s->window_ms = now_ms;
        s->in_window = 0;
    }
    if (s->in_window >= PER_SECOND) {
        s->suppressed++;
        return false;
    }
    s->in_window++;
    *suppressed = s->suppressed;
    s->suppressed = 0;
    return true;
}

static void add_time(struct mr_buf *b, int64_t wall_ms) {
    time_t s = (time_t)(wall_ms / 1000);
    struct tm t;
    char text[32];
    gmtime_r(&s, &t);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
    mr_buf_printf(b, "%s.%03dZ", text, (int)(wall_ms % 1000));
}

/* As in a JSON string; also used for text, so that a line stays one line. */
static void add_escaped(struct mr_buf *b, const char *s, bool quotes) {
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (quotes && (c == '"' || c == '\\'))
            mr_buf_printf(b, "\\%c", c);
        else if (c == '\n')
            mr_buf_cat(b, "\\n");
        else if (c < 0x20 || c == 0x7f)
            mr_buf_printf(b, "\\u%04x", c);
        else
            mr_buf_byte(b, c);
    }
}

static void add_line(struct mr_buf *b, enum mr_level level, const char *event, const char *text,
                     int64_t wall_ms, unsigned suppressed) {
    if (json) {
        mr_buf_cat(b, "{\"ts\":\"");
        add_time(b, wall_ms);
        mr_buf_printf(b, "\",\"level\":\"%s\",\"event\":\"%s\",\"msg\":\"", level_names[level],
                      event);
        add_escaped(b, text, true);
        mr_buf_cat(b, "\"");
        if (suppressed) mr_buf_printf(b, ",\"suppressed\":%u", suppressed);
        mr_buf_cat(b, "}\n");
        return;
    }
    add_time(b, wall_ms);
    mr_buf_printf(b, " %-5s %s: ", level_names[level], event);
    add_escaped(b, text, false);
    if (suppressed) mr_buf_printf(b, " (suppressed: %u)", suppressed);
    mr_buf_cat(b, "\n");
}

void mr_log(enum mr_level level, const char *event, const char *fmt, ...) {
    if (level > max_level) return;
    char text[LINE_MAX_BYTES / 8];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);

    pthread_mutex_lock(&lock);
    struct mr_clock *c = clock_ ? clock_ : mr_clock_real();
    unsigned suppressed;
    if (admit(event, c->mono_ms(c), &suppressed)) {
        struct mr_buf line;
        mr_buf_init(&line, LINE_MAX_BYTES);
        add_line(&line, level, event, text, c->wall_ms(c), suppressed);
        ssize_t written = write(STDERR_FILENO, line.p, line.n);
        (void)written; /* nowhere to say that standard error is gone */
        mr_buf_done(&line);
    }
    pthread_mutex_unlock(&lock);
}
