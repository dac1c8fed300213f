/* sabotage.c -- which sabotage is live: the one that the environment names. */
#include "tests/sim/sabotage.h"

#include <stdlib.h>
#include <string.h>

bool sim_sabotaged(const char *name) {
    static const char *live;
    if (!live && !(live = getenv("MR_SABOTAGE"))) live = "";
    return !strcmp(live, name);
}
