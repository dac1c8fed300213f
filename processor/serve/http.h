/* http.h -- /live, /ready and /metrics over HTTP (libmicrohttpd).
 *
 * GET and HEAD only; few connections, small requests, short time-outs. Loopback by default: another
 * address needs a token (Authorization: Bearer) or `insecure`. Knows nothing of workers: what it
 * says comes from the callbacks. @thread callbacks are called in the server's thread.
 */
#ifndef MR_SERVE_HTTP_H
#define MR_SERVE_HTTP_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct mr_http;

struct mr_http_conf {
    const char *address; /* "127.0.0.1:8080", "[::1]:8080"; port 0: any free one */
    const char *token;   /* "" = none */
    bool insecure;
    void *arg;
    /* Append the body. live, ready: false = 503. */
    bool (*live)(void *arg, struct mr_buf *body);
    bool (*ready)(void *arg, struct mr_buf *body);
    void (*metrics)(void *arg, struct mr_buf *body);
};

/* FATAL: the address is not valid or may not be used. Asks nobody. */
enum mr_class mr_http_check(const struct mr_http_conf *conf, struct mr_err *err);
/* The same, or the address is taken. */
enum mr_class mr_http_open(const struct mr_http_conf *conf, struct mr_http **ret,
                           struct mr_err *err);
uint16_t mr_http_port(const struct mr_http *h); /* where it listens */
void mr_http_close(struct mr_http *h);          /* NULL is fine */

#endif
