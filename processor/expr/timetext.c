/* timetext.c -- see timetext.h. */
#include "processor/expr/timetext.h"

#include "processor/expr/civil.h"
#include "processor/expr/numtext.h"

struct moment {
    struct mr_civil c;
    int64_t s, east;
    uint32_t ns;
};

struct out {
    char *to; /* NULL: only counts */
    size_t n;
};

static void put(struct out *o, const char *p, size_t n) {
    if (o->to) memcpy(o->to + o->n, p, n);
    o->n += n;
}

/* At least `width` places. */
static void put_number(struct out *o, int64_t v, size_t width, char pad) {
    char text[MR_NUMBER_MAX];
    size_t n = mr_print_int(v, text);
    for (size_t i = n; i < width; i++) put(o, &pad, 1);
    put(o, text, n);
}

static void put_name(struct out *o, const char *name, bool is_short) {
    put(o, name, is_short ? 3 : strlen(name));
}

/* ISO 8601: a week belongs to the year that has its Thursday. */
static int64_t thursday(const struct moment *m) {
    int64_t day = mr_civil_days(m->c.year, m->c.month, m->c.day);
    return day + 3 - (m->c.week_day + 6) % 7;
}

static struct mr_civil iso_year(const struct moment *m) {
    return mr_civil_of(thursday(m) * 86400, 0);
}

static void put_offset(struct out *o, int64_t east, bool colon) {
    int64_t minutes = (east < 0 ? -east : east) / 60;
    put(o, east < 0 ? "-" : "+", 1);
    put_number(o, minutes / 60, 2, '0');
    if (colon) put(o, ":", 1);
    put_number(o, minutes % 60, 2, '0');
}

/* What is a number. false: the letter is none of these. */
static bool put_numeric(struct out *o, char letter, const struct moment *m) {
    const struct mr_civil *c = &m->c;
    switch (letter) {
    case 'Y': put_number(o, c->year, 4, '0'); return true;
    case 'y': put_number(o, c->year % 100, 2, '0'); return true;
    case 'm': put_number(o, c->month, 2, '0'); return true;
    case 'd': put_number(o, c->day, 2, '0'); return true;
    case 'e': put_number(o, c->day, 2, ' '); return true;
    case 'j': put_number(o, c->year_day + 1, 3, '0'); return true;
    case 'H': put_number(o, c->hour, 2, '0'); return true;
    case 'I': put_number(o, (c->hour + 11) % 12 + 1, 2, '0'); return true;
    case 'M': put_number(o, c->minute, 2, '0'); return true;
    case 'S': put_number(o, c->second, 2, '0'); return true;
    case 'L': put_number(o, m->ns / 1000000, 3, '0'); return true;
    case 'f': put_number(o, m->ns / 1000, 6, '0'); return true;
    case 'N': put_number(o, m->ns, 9, '0'); return true;
    case 'u': put_number(o, (c->week_day + 6) % 7 + 1, 1, '0'); return true;
    case 'w': put_number(o, c->week_day, 1, '0'); return true;
    case 'G': put_number(o, iso_year(m).year, 4, '0'); return true;
    case 'V': put_number(o, iso_year(m).year_day / 7 + 1, 2, '0'); return true;
    case 's': put_number(o, m->s, 1, '0'); return true;
    default: return false;
    }
}

static bool put_format(struct out *o, struct mr_str f, const struct moment *m);

/* The clause with this letter. */
static bool put_clause(struct out *o, char letter, const struct moment *m) {
    static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    switch (letter) {
    case 'A':
    case 'a': put_name(o, days[m->c.week_day], letter == 'a'); return true;
    case 'B':
    case 'b': put_name(o, months[m->c.month - 1], letter == 'b'); return true;
    case 'p': put(o, m->c.hour < 12 ? "AM" : "PM", 2); return true;
    case 'z': put_offset(o, m->east, false); return true;
    case '%': put(o, "%", 1); return true;
    case 'F': return put_format(o, MR_STR("%Y-%m-%d"), m);
    case 'T': return put_format(o, MR_STR("%H:%M:%S"), m);
    case 'R': return put_format(o, MR_STR("%H:%M"), m);
    default: return put_numeric(o, letter, m);
    }
}

/* false: o->n is where the unknown clause is. */
static bool put_format(struct out *o, struct mr_str f, const struct moment *m) {
    for (size_t i = 0; i < f.n;) {
        const char *p = memchr(f.p + i, '%', f.n - i);
        size_t n = p ? (size_t)(p - f.p) - i : f.n - i;
        put(o, f.p + i, n);
        i += n;
        if (!p) break;
        bool colon = i + 2 < f.n && f.p[i + 1] == ':' && f.p[i + 2] == 'z';
        if (colon) {
            put_offset(o, m->east, true);
        } else if (i + 1 == f.n || !put_clause(o, f.p[i + 1], m)) {
            o->n = i;
            return false;
        }
        i += colon ? 3 : 2;
    }
    return true;
}

bool mr_time_format(struct mr_str pattern, int64_t seconds, uint32_t ns, int64_t east, char *to,
                    size_t *n) {
    struct moment m = {mr_civil_of(seconds, east), seconds, east, ns};
    struct out o = {to, *n};
    bool good = put_format(&o, pattern, &m);
    *n = o.n;
    return good;
}
