/* sabotage.h -- what the sabotaged sources of sabotage.py ask: is it this one? */
#ifndef MR_TESTS_SIM_SABOTAGE_H
#define MR_TESTS_SIM_SABOTAGE_H

#include <stdbool.h>

bool sim_sabotaged(const char *name);

#endif
