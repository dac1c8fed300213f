/* mem.h -- allocation that cannot fail, and cleanup of locals.
 *
 * Out of memory ends the process: a crash is a tested path of an exactly-once service, a NULL
 * check is not (style: errors, kind 3).
 */
#ifndef MR_BASE_MEM_H
#define MR_BASE_MEM_H

#include <stddef.h>

void *mr_alloc(size_t n); /* returns owned; never NULL */
void *mr_calloc(size_t n, size_t size);
void *mr_realloc(void *p, size_t n);
char *mr_strdup(const char *s);
void mr_free(void *p);
void mr_freep(void *pp); /* for MR_CLEANUP: pp is the address of a pointer */

#define MR_CLEANUP(fn) __attribute__((cleanup(fn)))

/* Moves ownership out of a local that has a cleanup. */
#define mr_take(pp)                                                                                \
    ({                                                                                             \
        __typeof__(*(pp)) mr_taken_ = *(pp);                                                       \
        *(pp) = NULL;                                                                              \
        mr_taken_;                                                                                 \
    })

#define MR_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
