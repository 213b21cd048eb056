// CPrograms lends two calls of the system for starting programs that Swift's Glibc module leaves out.

#ifndef BASIN_CPROGRAMS_H
#define BASIN_CPROGRAMS_H

#include <spawn.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A pipe that other children do not inherit: `ends[0]` is read, `ends[1]` written.
/// Returns 0, or -1 with errno set.
int cprograms_pipe(int ends[2]);

/// Makes the child begin in `folder`. Returns 0 or the system's error number.
int cprograms_begin_in(posix_spawn_file_actions_t *actions, const char *folder);

#ifdef __cplusplus
}
#endif

#endif
