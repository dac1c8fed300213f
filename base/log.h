/* log.h -- one line per event: text on a terminal, JSON otherwise.
 *
 * Never payloads above debug, never secrets. Only processor/task and processor/serve log above
 * debug. Thread-safe; lines are written whole. Repeats of one call site are limited to 10 a
 * second, then counted ("suppressed":n on the next line).
 */
#ifndef MR_BASE_LOG_H
#define MR_BASE_LOG_H

enum mr_level { MR_LOG_NONE = -1, MR_LOG_ERROR, MR_LOG_WARN, MR_LOG_INFO, MR_LOG_DEBUG };
enum mr_log_form { MR_LOG_AUTO, MR_LOG_TEXT, MR_LOG_JSON };

void mr_log_open(enum mr_level level, enum mr_log_form form); /* to standard error */
struct mr_clock;
void mr_log_clock(struct mr_clock *c); /* borrowed; NULL (as at first): the real clock */
/* event: a stable dotted name ("task.restored"); fmt: the sentence for a person */
void mr_log(enum mr_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define mr_log_error(event, ...) mr_log(MR_LOG_ERROR, event, __VA_ARGS__)
#define mr_log_warn(event, ...)  mr_log(MR_LOG_WARN, event, __VA_ARGS__)
#define mr_log_info(event, ...)  mr_log(MR_LOG_INFO, event, __VA_ARGS__)
#define mr_log_debug(event, ...) mr_log(MR_LOG_DEBUG, event, __VA_ARGS__)

#endif
