/* zone_files.c -- the zones that the system has: names and files below one folder.
 *
 * Names are as tzdata has them: parts of letters, digits, `_`, `+` and `-` that begin with a
 * capital. So no name leaves the folder, and `posix/`, `right/` and `localtime` are not zones.
 */
#include "base/buf.h"
#include "base/mem.h"
#include "processor/expr/zone.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH_MAX = 3 }; /* America/Argentina/Ushuaia */

struct names {
    struct mr_arena *arena;
    const char **list;
    size_t n, cap;
};

static void file_closep(FILE **f) {
    if (*f) fclose(*f);
}

static void dir_closep(DIR **d) {
    if (*d) closedir(*d);
}

static const char *folder(void) {
    const char *own = getenv("TZDIR");
    return own && *own ? own : "/usr/share/zoneinfo";
}

static bool is_part(const char *p, size_t n) {
    if (n == 0 || *p < 'A' || *p > 'Z') return false;
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '+' && c != '-') return false;
    }
    return true;
}

static bool is_name(struct mr_str name) {
    const char *p = name.p, *end = p + name.n;
    if (name.n == 0 || name.n > MR_ZONE_NAME_MAX) return false;
    while (p < end) {
        const char *slash = memchr(p, '/', (size_t)(end - p)), *to = slash ? slash : end;
        if (!is_part(p, (size_t)(to - p))) return false;
        p = slash ? slash + 1 : end;
    }
    return end[-1] != '/';
}

/* ---- one zone */

static const struct mr_zone *read_file(struct mr_arena *a, struct mr_str name) {
    char path[4096];
    const char *why;
    int n = snprintf(path, sizeof path, "%s/%.*s", folder(), MR_STR_ARG(name));
    if (n < 0 || (size_t)n >= sizeof path) return NULL;
    FILE *f MR_CLEANUP(file_closep) = fopen(path, "rbe");
    if (!f) return NULL;
    char *text MR_CLEANUP(mr_freep) = mr_alloc(MR_ZONE_FILE_MAX + 1);
    size_t size = fread(text, 1, MR_ZONE_FILE_MAX + 1, f);
    return mr_zone_decode(a, mr_arena_str(a, name), (struct mr_str){text, size}, &why);
}

const struct mr_zone *mr_zone_read(struct mr_arena *a, struct mr_str name) {
    int64_t east;
    if (!mr_zone_fixed(name, &east)) return is_name(name) ? read_file(a, name) : NULL;
    struct mr_zone *z = mr_arena_calloc(a, 1, sizeof *z);
    int32_t offset = (int32_t)east;
    z->name = mr_arena_str(a, name);
    z->offsets = mr_arena_dup(a, &offset, sizeof offset);
    return z;
}

/* ---- all of them */

static void add_name(struct names *s, const char *name) {
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 256;
        const char **more = mr_arena_alloc(s->arena, cap * sizeof *more);
        if (s->n) memcpy(more, s->list, s->n * sizeof *more);
        s->list = more;
        s->cap = cap;
    }
    s->list[s->n++] = name;
}

/* What can be opened as a folder is one; prefix: "" or "America/". */
static void walk(struct names *s, const char *prefix, int depth) {
    const char *path = mr_arena_printf(s->arena, "%s/%s", folder(), prefix);
    DIR *d MR_CLEANUP(dir_closep) = opendir(path);
    if (!d) {
        if (*prefix) add_name(s, mr_arena_strndup(s->arena, prefix, strlen(prefix) - 1));
        return;
    }
    const struct dirent *e;
    while (depth < DEPTH_MAX && s->n < MR_ZONE_NAMES_MAX && (e = readdir(d))) {
        if (!is_part(e->d_name, strlen(e->d_name))) continue;
        const char *below = mr_arena_printf(s->arena, "%s%s/", prefix, e->d_name);
        if (strlen(below) <= MR_ZONE_NAME_MAX) walk(s, below, depth + 1);
    }
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *mr_zone_names(struct mr_arena *a, size_t *ret_n) {
    struct names s = {.arena = a};
    walk(&s, "", 0);
    if (s.n) qsort(s.list, s.n, sizeof *s.list, by_text);
    *ret_n = s.n;
    return s.list;
}

const struct mr_zones *mr_zones_read(struct mr_arena *a) {
    size_t n;
    const char *const *names = mr_zone_names(a, &n);
    const struct mr_zone **list = mr_arena_alloc(a, (n + 1) * sizeof *list);
    struct mr_zones *all = mr_arena_calloc(a, 1, sizeof *all);
    for (size_t i = 0; i < n; i++) {
        const struct mr_zone *z = mr_zone_read(a, mr_str(names[i]));
        if (z) list[all->n++] = z;
    }
    all->list = list;
    return all;
}

const struct mr_zone *mr_zones_find(const struct mr_zones *z, struct mr_str name) {
    size_t low = 0, high = z->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int c = mr_str_cmp(z->list[mid]->name, name);
        if (c == 0) return z->list[mid];
        if (c < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return NULL;
}
