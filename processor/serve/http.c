/* http.c -- see http.h. */
#include "processor/serve/http.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
    MAX_CONNECTIONS = 32,
    MAX_PER_ADDRESS = 16,
    CONNECTION_BYTES = 16 << 10, /* request line, headers and the reply's head */
    TIMEOUT_S = 10,
    BODY_MAX = 64 << 20,
};

struct mr_http {
    struct mr_http_conf conf; /* address and token are copies */
    struct MHD_Daemon *daemon;
    uint16_t port;
    char *token; /* owned */
};

struct endpoint {
    struct sockaddr_storage addr;
    bool loopback;
};

/* ---- addresses */

static bool parse_port(const char *text, uint16_t *ret) {
    char *end;
    if (*text < '0' || *text > '9') return false;
    long n = strtol(text, &end, 10);
    if (*end || n > 65535) return false;
    *ret = (uint16_t)n;
    return true;
}

/* Numeric addresses only: a name could mean another address tomorrow. `localhost` is loopback. */
static bool parse_address(const char *text, struct endpoint *ret) {
    char host[64];
    uint16_t port;
    const char *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof host || !parse_port(colon + 1, &port))
        return false;
    size_t n = (size_t)(colon - text);
    bool bracketed = n >= 2 && text[0] == '[' && text[n - 1] == ']';
    memcpy(host, text + bracketed, n - 2 * bracketed);
    host[n - 2 * bracketed] = 0;
    if (strcmp(host, "localhost") == 0) memcpy(host, "127.0.0.1", sizeof "127.0.0.1");

    struct sockaddr_in *v4 = (struct sockaddr_in *)&ret->addr;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&ret->addr;
    *ret = (struct endpoint){0};
    if (!bracketed && inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        ret->loopback = (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
        return true;
    }
    if (bracketed && inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        ret->loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
        return true;
    }
    return false;
}

/* ---- replies */

static enum MHD_Result reply(struct MHD_Connection *c, unsigned status, const char *type,
                             struct mr_buf *body) {
    struct MHD_Response *r =
        MHD_create_response_from_buffer(body->n, (void *)mr_buf_cstr(body), MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(r, "Content-Type", type);
    MHD_add_response_header(r, "Cache-Control", "no-store");
    if (status == MHD_HTTP_UNAUTHORIZED) MHD_add_response_header(r, "WWW-Authenticate", "Bearer");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED) MHD_add_response_header(r, "Allow", "GET, HEAD");
    enum MHD_Result result = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return result;
}

/* In time that depends on the lengths only. */
static bool same_secret(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b);
    unsigned char diff = n != m;
    for (size_t i = 0; i < n; i++) diff |= (unsigned char)(a[i] ^ b[m ? i % m : 0]);
    return diff == 0;
}

static bool authorized(const struct mr_http *h, struct MHD_Connection *c) {
    static const char scheme[] = "Bearer ";
    if (!*h->token) return true;
    const char *given = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");
    return given && strncmp(given, scheme, sizeof scheme - 1) == 0 &&
           same_secret(given + sizeof scheme - 1, h->token);
}

/* Appends the body; returns the status. */
static unsigned answer(struct mr_http *h, const char *url, const char **type, struct mr_buf *body) {
    const struct mr_http_conf *conf = &h->conf;
    bool ok = true;
    *type = "text/plain; charset=utf-8";
    if (strcmp(url, "/metrics") == 0) {
        *type = "text/plain; version=0.0.4; charset=utf-8";
        conf->metrics(conf->arg, body);
        return MHD_HTTP_OK;
    }
    if (strcmp(url, "/live") == 0) {
        ok = conf->live(conf->arg, body);
    } else if (strcmp(url, "/ready") == 0) {
        ok = conf->ready(conf->arg, body);
    } else {
        mr_buf_cat(body, "not found: /live /ready /metrics\n");
        return MHD_HTTP_NOT_FOUND;
    }
    if (ok && body->n == 0) mr_buf_cat(body, "ok\n");
    return ok ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_bytes, void **state) {
    struct mr_http *h = arg;
    struct mr_buf body;
    const char *type = "text/plain; charset=utf-8";
    unsigned status;
    mr_buf_init(&body, BODY_MAX);
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        mr_buf_cat(&body, "GET and HEAD only\n");
        status = MHD_HTTP_METHOD_NOT_ALLOWED;
    } else if (!authorized(h, c)) {
        mr_buf_cat(&body, "a token is needed\n");
        status = MHD_HTTP_UNAUTHORIZED;
    } else {
        status = answer(h, url, &type, &body);
    }
    enum MHD_Result result = reply(c, status, type, &body);
    mr_buf_done(&body);
    return result;
}

/* ---- open and close */

static void nothing(void *arg, const char *fmt, va_list ap) {
    (void)arg, (void)fmt, (void)ap; /* a client that goes away is no event of ours */
}

static enum mr_class find_endpoint(const struct mr_http_conf *conf, struct endpoint *ret,
                                   struct mr_err *err) {
    if (!parse_address(conf->address, ret))
        return mr_err_set(err, MR_FATAL, 0,
                          "http: `%s` is not a numeric address with a port (127.0.0.1:8080)",
                          conf->address);
    if (!ret->loopback && !*conf->token && !conf->insecure)
        return mr_err_set(err, MR_FATAL, 0,
                          "http: %s can be reached from other machines: set http_token, or "
                          "insecure: true",
                          conf->address);
    return MR_OK;
}

enum mr_class mr_http_check(const struct mr_http_conf *conf, struct mr_err *err) {
    struct endpoint at;
    return find_endpoint(conf, &at, err);
}

enum mr_class mr_http_open(const struct mr_http_conf *conf, struct mr_http **ret,
                           struct mr_err *err) {
    struct endpoint at;
    enum mr_class rc = find_endpoint(conf, &at, err);
    if (rc != MR_OK) return rc;
    struct mr_http *h = mr_calloc(1, sizeof *h);
    h->conf = *conf;
    h->conf.address = NULL;
    h->token = mr_strdup(conf->token);
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG;
    if (at.addr.ss_family == AF_INET6) flags |= MHD_USE_IPv6;
    h->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, h, MHD_OPTION_EXTERNAL_LOGGER, nothing, NULL,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at.addr, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)MAX_CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)MAX_PER_ADDRESS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)TIMEOUT_S, MHD_OPTION_END);
    if (!h->daemon) {
        mr_http_close(h);
        return mr_err_set(err, MR_FATAL, 0, "http: cannot listen on %s", conf->address);
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
    h->port = info ? info->port : 0;
    *ret = h;
    return MR_OK;
}

uint16_t mr_http_port(const struct mr_http *h) {
    return h->port;
}

void mr_http_close(struct mr_http *h) {
    if (!h) return;
    if (h->daemon) MHD_stop_daemon(h->daemon);
    mr_free(h->token);
    mr_free(h);
}
