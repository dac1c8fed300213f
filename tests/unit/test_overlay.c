/* test_overlay.c -- the hash table and its slab: against a naive set, through growth and removal.
 */
#include "state/overlay.h"
#include "base/mem.h"
#include "base/rand.h"
#include "tests/check_main.h"

#include <stdlib.h>

enum { N = 5000 };

struct world {
    struct mr_overlay o;
    size_t count, live;
    struct mr_entry *at[N]; /* NULL = absent */
};

static struct mr_str key_of(uint32_t i, char *to) {
    return (struct mr_str){to, (size_t)snprintf(to, 32, "%u", i)};
}

/* Few distinct hashes: long probe sequences, equal tags. */
static uint64_t bad_hash(uint32_t i) {
    return (uint64_t)(i % 3) << 60 | i % 7;
}

static void put(struct world *w, uint32_t i, uint64_t hash, uint32_t len) {
    char key[32];
    w->at[i] = mr_overlay_insert(&w->o, key_of(i, key), hash, len);
    memset(mr_entry_value(w->at[i]), (int)(i & 255), len);
}

static void check_value(const struct mr_entry *e, uint32_t i) {
    bool ok = true;
    for (uint32_t k = 0; k < e->value_len; k++) ok &= (uint8_t)mr_entry_value(e)[k] == (i & 255);
    ck_assert(ok);
}

static void random_run(uint64_t (*hash)(uint32_t), uint32_t n, int ops, uint64_t seed) {
    struct world *w = mr_calloc(1, sizeof *w);
    struct mr_rand r;
    char key[32];
    mr_rand_seed(&r, seed);
    mr_overlay_init(&w->o, &w->count, &w->live);
    size_t present = 0;
    for (int op = 0; op < ops; op++) {
        uint32_t i = mr_rand_below(&r, n), what = mr_rand_below(&r, 10);
        struct mr_entry *e = mr_overlay_find(&w->o, key_of(i, key), hash(i));
        ck_assert(e == w->at[i]);
        mr_overlay_prefetch(&w->o, hash(i));
        if (e) check_value(e, i);
        if (!e && what < 6) {
            uint32_t len = mr_rand_below(&r, 50) ? mr_rand_below(&r, 200) : 40000;
            put(w, i, hash(i), len);
            ck_assert(mr_entry_cap(w->at[i]) >= len);
            ck_assert((uintptr_t)mr_entry_value(w->at[i]) % 8 == 0);
            present++;
        } else if (e && what < 4) {
            mr_overlay_remove(&w->o, e);
            w->at[i] = NULL;
            present--;
        } else if (e && what < 6) {
            w->at[i] = mr_overlay_move(&w->o, e, mr_entry_cap(e) + 1);
            mr_overlay_free(&w->o, e);
        }
        ck_assert(w->count == present);
    }
    size_t seen = 0;
    struct mr_entry *e;
    for (size_t at = 0; (e = mr_overlay_each(&w->o, &at)); seen++)
        ck_assert(w->at[atoi(e->data)] == e);
    ck_assert(seen == present);
    for (size_t at = 0; (e = mr_overlay_each(&w->o, &at));) mr_overlay_remove(&w->o, e);
    ck_assert(w->o.slab.own == 0);
    mr_overlay_shrink(&w->o);
    ck_assert_uint_le(w->live, 16 * 8);
    mr_overlay_done(&w->o);
    ck_assert(w->live == 0);
    ck_assert(w->count == 0);
    mr_free(w);
}

static uint64_t good_hash(uint32_t i) {
    char key[32];
    return mr_store_hash(key_of(i, key));
}

START_TEST(random_good_hashes) {
    random_run(good_hash, N, 60000, (uint64_t)_i);
}
END_TEST

START_TEST(random_bad_hashes) {
    random_run(bad_hash, 60, 8000, (uint64_t)_i);
}
END_TEST

/* Blocks do not overlap, are aligned, and are used again. */
START_TEST(slab_blocks) {
    enum { M = 3000 };
    struct mr_slab s;
    size_t live = 0;
    static char *p[M];
    static size_t n[M];
    static uint8_t class[M];
    struct mr_rand r;
    mr_rand_seed(&r, 9);
    mr_slab_init(&s, &live);
    for (int round = 0; round < 20000; round++) {
        uint32_t i = mr_rand_below(&r, M);
        if (p[i]) {
            bool ok = true;
            for (size_t k = 0; k < n[i]; k++) ok &= (uint8_t)p[i][k] == (i & 255);
            ck_assert(ok);
            mr_slab_free(&s, p[i], class[i]);
            p[i] = NULL;
            continue;
        }
        n[i] = 1 + mr_rand_below(&r, 1u << (1 + mr_rand_below(&r, mr_rand_below(&r, 30) ? 9 : 17)));
        p[i] = mr_slab_alloc(&s, n[i], &class[i]);
        size_t size = mr_slab_size(p[i], class[i]);
        ck_assert((uintptr_t)p[i] % 16 == 0);
        ck_assert(size >= n[i]);
        ck_assert_uint_le(size, n[i] + n[i] / 3 + 32);
        memset(p[i], (int)(i & 255), size);
        n[i] = size;
    }
    size_t sum = 0;
    for (int i = 0; i < M; i++) sum += p[i] ? n[i] : 0;
    ck_assert(sum == live);
    mr_slab_done(&s);
    ck_assert(live == 0);
}
END_TEST

int main(void) {
    Suite *s = suite_create("overlay");
    TCase *t = tcase_create("overlay");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, random_good_hashes, 0, 3);
    tcase_add_loop_test(t, random_bad_hashes, 0, 5);
    tcase_add_test(t, slab_blocks);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}
