/* err.h -- "the world failed": an outcome with a policy, not only a code.
 *
 * Kinds of errors are never mixed: the user's mistakes are diagnostics (diag.h), our bugs are
 * assertions. Only processor/task decides what to do with a class.
 */
#ifndef MR_BASE_ERR_H
#define MR_BASE_ERR_H

enum mr_class {
    MR_OK = 0,
    MR_RETRY,   /* same call again with the same arguments, later */
    MR_ABORT,   /* the transaction must be aborted; its inputs are read again */
    MR_UNKNOWN, /* a commit whose outcome is not known (EOS-5) */
    MR_FATAL,   /* this object is of no use any more: rebuild it, or give up */
    MR_N_CLASSES
};

struct mr_err {
    enum mr_class class;
    int code;       /* of the source (librdkafka, errno); 0 = none. Never decides anything */
    char text[240]; /* one line for a person */
};

const char *mr_class_name(enum mr_class c);
enum mr_class mr_err_set(struct mr_err *e, enum mr_class c, int code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5))); /* e may be NULL; returns c */

#endif
