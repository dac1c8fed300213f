/* state_help.h -- for the tests of state/: stores of one line, a recorded changelog. */
#ifndef MR_TESTS_STATE_HELP_H
#define MR_TESTS_STATE_HELP_H

#include "base/mem.h"
#include "proto/changelog.h"
#include "state/engine.h"
#include "state/keys.h"
#include "tests/check_main.h"

#define SIXTEEN "0123456789abcdef"

static struct mr_engine *engine; /* of the test */
static struct mr_store *store;

static inline struct mr_store_spec spec_of(enum mr_store_kind kind) {
    return (struct mr_store_spec){.app = "app",
                                  .name = "node",
                                  .partition = 1,
                                  .kind = kind,
                                  .fingerprint = 5,
                                  .max_record_bytes = 10000};
}

/* The spec is borrowed for the life of the store. */
static inline enum mr_class open_kind(enum mr_store_kind kind) {
    static struct mr_store_spec spec;
    spec = spec_of(kind);
    return mr_store_open(engine, &spec, &store, NULL);
}

static inline void begin(enum mr_store_kind kind) {
    engine = mr_engine_open_mem();
    ck_assert_int_eq(open_kind(kind), MR_OK);
    mr_store_set_incarnation(store, mr_str(SIXTEEN));
}

static inline void finish(void) {
    mr_store_close(store);
    mr_engine_close(engine);
}

static inline struct mr_bucket *bucket(int64_t start) {
    return mr_store_bucket(store, start, true);
}

static inline void put(int64_t start, const char *key, const char *value) {
    struct mr_str k = mr_str(key);
    ck_assert(mr_bucket_put(store, bucket(start), k, mr_store_hash(k), mr_str(value)));
}

static inline void delete_key(int64_t start, const char *key) {
    struct mr_str k = mr_str(key);
    mr_bucket_delete(store, bucket(start), k, mr_store_hash(k));
}

/* want == NULL: absent. */
static inline void expect(int64_t start, const char *key, const char *want) {
    struct mr_str k = mr_str(key);
    struct mr_bucket *b = mr_store_bucket(store, start, false);
    const struct mr_entry *e = b ? mr_bucket_find(store, b, k, mr_store_hash(k)) : NULL;
    ck_assert_msg((e != NULL) == (want != NULL), "%s: %s", key, e ? "present" : "absent");
    if (e) ck_assert(mr_str_is((struct mr_str){mr_entry_value(e), e->value_len}, want));
}

static inline void round_of_write_behind(void) {
    for (bool done = false; !done;)
        ck_assert_int_eq(mr_store_write_behind(store, 2, &done, NULL), MR_OK);
}

static inline bool count_row(void *arg, struct mr_str key, struct mr_str value) {
    ++*(size_t *)arg;
    return true;
}

/* Rows of the test's store on disk, of one class. */
static inline size_t rows_on_disk(enum mr_row_class c) {
    struct mr_buf prefix = {0}, from = {0}, to = {0};
    size_t n = 0;
    mr_key_prefix(&prefix, "node", 1);
    mr_key_class(&from, mr_buf_view(&prefix), c);
    mr_key_class(&to, mr_buf_view(&prefix), c + 1);
    engine->vt->scan(engine, mr_buf_view(&from), mr_buf_view(&to), count_row, &n, NULL);
    mr_buf_done(&prefix);
    mr_buf_done(&from);
    mr_buf_done(&to);
    return n;
}

/* The changelog of the open transaction as text, "key=value;", with class and number. */
static inline void to_text(void *arg, struct mr_str key, struct mr_str value) {
    struct mr_changelog_key k;
    struct mr_changelog_value v = {0};
    ck_assert(mr_changelog_key_read(key, &k));
    mr_buf_printf(arg, "%c", (char)k.class);
    if (k.class == MR_CL_WINDOW || k.class == MR_CL_VERSION)
        mr_buf_printf(arg, "%lld:", (long long)k.number);
    mr_buf_str(arg, k.key);
    if (value.p) {
        ck_assert(mr_changelog_value_read(value, &v));
        ck_assert(mr_str_is(v.incarnation, SIXTEEN));
        mr_buf_cat(arg, v.value.p ? "=" : " deleted");
        mr_buf_str(arg, v.value);
    } else {
        mr_buf_cat(arg, " gone");
    }
    mr_buf_cat(arg, ";");
}

static inline void expect_changelog(const char *want) {
    struct mr_buf b = {0};
    mr_store_changelog(store, to_text, &b);
    ck_assert_str_eq(mr_buf_cstr(&b), want);
    mr_buf_done(&b);
}

/* One record into the store, as the changelog would hold it. value == NULL: tombstone. */
static inline enum mr_class replay_one(enum mr_changelog_class c, int64_t number, const char *key,
                                       const char *value, int64_t offset) {
    struct mr_buf k = {0}, v = {0};
    mr_changelog_key_write(&(struct mr_changelog_key){c, number, mr_str(key)}, &k);
    mr_changelog_value_write(
        &(struct mr_changelog_value){mr_str(SIXTEEN), mr_str(value ? value : "")}, &v);
    enum mr_class class = mr_store_replay(
        store, mr_buf_view(&k), value ? mr_buf_view(&v) : (struct mr_str){NULL, 0}, offset, NULL);
    mr_buf_done(&k);
    mr_buf_done(&v);
    return class;
}

#endif
