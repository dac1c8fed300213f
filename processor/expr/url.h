/* url.h -- a URL cut into its parts (RFC 3986): never a failure.
 *
 * Logs of clicks hold everything: relative references, `about:blank`, texts that are no URL. All of
 * them have parts; those that are missing are empty or absent. Without `scheme:` and `//` all that
 * is before `?` and `#` is the path. The parts are what stands in the text, but:
 *
 *   scheme, host  in lower case (ASCII); host without user, port and the brackets of IPv6
 *   port          absent unless it is a number up to 65535
 *   query         decoded: `%2F`, `+` as a space; bytes that are no UTF-8 become U+FFFD. Of equal
 *                 names the first stays; a parameter without a name is left out
 *   fragment      absent without `#`
 *
 * Spaces and control characters around the URL do not belong to it.
 */
#ifndef MR_EXPR_URL_H
#define MR_EXPR_URL_H

#include "processor/expr/value.h"

enum { MR_URL_PARAMS = 1000 }; /* those behind are left out */

extern const struct mr_type mr_type_url;

/* A STRUCT of mr_type_url. Parts borrow from the text where they can, the rest is in a. */
struct mr_value mr_url_parse(struct mr_arena *a, struct mr_str text);

#endif
