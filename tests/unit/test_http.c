/* Proves processor/serve/http.c with a client written by hand: requests are bytes on a socket. */
#include "processor/serve/http.h"
#include "tests/check_main.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool healthy;

static bool live(void *arg, struct mr_buf *b) {
    return true;
}

static bool ready(void *arg, struct mr_buf *b) {
    if (!healthy) mr_buf_cat(b, "restoring per_segment/2 41%\n");
    return healthy;
}

static void metrics(void *arg, struct mr_buf *b) {
    mr_buf_cat(b, "millrace_up 1\n");
}

static struct mr_http *open_with(const char *address, const char *token, bool insecure,
                                 struct mr_err *err) {
    struct mr_http_conf conf = {address, token, insecure, NULL, live, ready, metrics};
    struct mr_http *h = NULL;
    return mr_http_open(&conf, &h, err) == MR_OK ? h : NULL;
}

static char answer[65536];

/* Sends a request as it is; returns the status, the whole answer in `answer`. */
static int ask(struct mr_http *h, const char *request) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(mr_http_port(h))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), status = 0;
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    ssize_t n = send(fd, request, strlen(request), MSG_NOSIGNAL);
    size_t got = 0;
    while ((n = recv(fd, answer + got, sizeof answer - 1 - got, 0)) > 0) got += (size_t)n;
    answer[got] = 0;
    close(fd);
    sscanf(answer, "HTTP/1.1 %d", &status);
    return status;
}

static const char *body(void) {
    const char *at = strstr(answer, "\r\n\r\n");
    return at ? at + 4 : "";
}

#define GET(path, extra) "GET " path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" extra "\r\n"

START_TEST(pages) {
    struct mr_err err;
    struct mr_http *h = open_with("127.0.0.1:0", "", false, &err);
    ck_assert_ptr_nonnull(h);
    ck_assert_int_eq(ask(h, GET("/live", "")), 200);
    ck_assert_str_eq(body(), "ok\n");
    healthy = false;
    ck_assert_int_eq(ask(h, GET("/ready", "")), 503);
    ck_assert_str_eq(body(), "restoring per_segment/2 41%\n");
    healthy = true;
    ck_assert_int_eq(ask(h, GET("/ready", "")), 200);
    ck_assert_int_eq(ask(h, GET("/metrics", "")), 200);
    ck_assert_str_eq(body(), "millrace_up 1\n");
    ck_assert_ptr_nonnull(strstr(answer, "version=0.0.4"));
    ck_assert_int_eq(ask(h, GET("/metrics/../etc", "")), 404);
    ck_assert_int_eq(ask(h, "HEAD /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 200);
    ck_assert_str_eq(body(), "");
    mr_http_close(h);
    mr_http_close(NULL);
}
END_TEST

START_TEST(only_get_and_head) {
    struct mr_err err;
    struct mr_http *h = open_with("127.0.0.1:0", "", false, &err);
    ck_assert_int_eq(ask(h, "POST /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            "Content-Length: 2\r\n\r\nab"),
                     405);
    ck_assert_int_eq(ask(h, "DELETE /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 405);
    mr_http_close(h);
}
END_TEST

START_TEST(tokens) {
    struct mr_err err;
    struct mr_http *h = open_with("127.0.0.1:0", "secret", false, &err);
    ck_assert_int_eq(ask(h, GET("/live", "")), 401);
    ck_assert_int_eq(ask(h, GET("/live", "Authorization: Bearer secre\r\n")), 401);
    ck_assert_int_eq(ask(h, GET("/live", "Authorization: Bearer secrets\r\n")), 401);
    ck_assert_int_eq(ask(h, GET("/live", "Authorization: Bearer \r\n")), 401);
    ck_assert_int_eq(ask(h, GET("/live", "Authorization: Bearer secretsecret\r\n")), 401);
    ck_assert_int_eq(ask(h, GET("/live", "Authorization: Basic secret\r\n")), 401);
    ck_assert_int_eq(ask(h, GET("/live", "Authorization: Bearer secret\r\n")), 200);
    mr_http_close(h);
}
END_TEST

START_TEST(large_requests_are_refused) {
    static char request[40000];
    struct mr_err err;
    struct mr_http *h = open_with("127.0.0.1:0", "", false, &err);
    strcpy(request, "GET /live HTTP/1.1\r\nHost: x\r\nX: ");
    size_t n = strlen(request);
    memset(request + n, 'a', 30000);
    strcpy(request + n + 30000, "\r\n\r\n");
    int status = ask(h, request);
    ck_assert_msg(status == 431 || status == 0, "%d", status); /* refused, or hung up */
    ck_assert_int_eq(ask(h, GET("/live", "")), 200);
    mr_http_close(h);
}
END_TEST

START_TEST(other_addresses_need_a_token) {
    struct mr_err err = {0};
    ck_assert_ptr_null(open_with("0.0.0.0:0", "", false, &err));
    ck_assert_int_eq(err.class, MR_FATAL);
    ck_assert_ptr_nonnull(strstr(err.text, "http_token"));
    ck_assert_ptr_null(open_with("[::]:0", "", false, &err));
    struct mr_http *h = open_with("0.0.0.0:0", "t", false, &err);
    ck_assert_ptr_nonnull(h);
    mr_http_close(h);
    h = open_with("0.0.0.0:0", "", true, &err);
    ck_assert_ptr_nonnull(h);
    mr_http_close(h);
}
END_TEST

START_TEST(bad_addresses) {
    static const char *const bad[] = {"",          "8080",        "127.0.0.1",   "127.0.0.1:",
                                      "host:8080", "1.2.3:80",    "127.0.0.1:x", "127.0.0.1:65536",
                                      "::1:80",    "[1.2.3.4]:8", "127.0.0.1:-1"};
    struct mr_err err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!open_with(bad[i], "", true, &err), "%s", bad[i]);
    struct mr_http *h = open_with("127.0.0.1:0", "", false, &err);
    char taken[32];
    snprintf(taken, sizeof taken, "127.0.0.1:%u", mr_http_port(h));
    ck_assert_ptr_null(open_with(taken, "", false, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "cannot listen"));
    mr_http_close(h);
}
END_TEST

int main(void) {
    Suite *s = suite_create("http");
    TCase *t = tcase_create("http");
    tcase_add_test(t, pages);
    tcase_add_test(t, only_get_and_head);
    tcase_add_test(t, tokens);
    tcase_add_test(t, large_requests_are_refused);
    tcase_add_test(t, other_addresses_need_a_token);
    tcase_add_test(t, bad_addresses);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}
