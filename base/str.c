#include "base/str.h"

enum { WORD_MAX = 63 };

/* Optimal string alignment distance: edits, with a swap of neighbours as one. */
static int distance(const char *a, size_t n, const char *b, size_t m) {
    int d[3][WORD_MAX + 2];
    for (size_t j = 0; j <= m; j++) d[1][j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int *row = d[(i + 1) % 3], *prev = d[i % 3], *prev2 = d[(i + 2) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int best = prev[j - 1] + (a[i - 1] != b[j - 1]);
            if (prev[j] + 1 < best) best = prev[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            bool swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swap && prev2[j - 2] + 1 < best) best = prev2[j - 2] + 1;
            row[j] = best;
        }
    }
    return d[(n + 1) % 3][m];
}

const char *mr_str_nearest(const char *word, const char *const *candidates, size_t n) {
    size_t len = strlen(word);
    const char *best = NULL;
    int best_d = 3;
    if (len > WORD_MAX) return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t m = strlen(candidates[i]);
        if (m > WORD_MAX) continue;
        int d = distance(word, len, candidates[i], m);
        if (d < best_d && (size_t)d * 2 < (len > m ? len : m)) {
            best = candidates[i];
            best_d = d;
        }
    }
    return best;
}
