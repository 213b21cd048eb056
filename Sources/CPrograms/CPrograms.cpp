#include "CPrograms.h"

#include <fcntl.h>
#include <unistd.h>

int cprograms_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int cprograms_begin_in(posix_spawn_file_actions_t *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}
