// Starting the program anew in the place of one that a signal ends.

#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CEdit.h"

static const int ending[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGQUIT};
enum { ending_count = sizeof ending / sizeof *ending };

// What the handler reads is complete before it is armed.
static char **arguments;
static char *place;
static volatile sig_atomic_t armed;
static bool installed;
static struct sigaction before[ending_count];

static void free_arguments(void) {
  if (!arguments) return;
  for (char **word = arguments; *word; word++) free(*word);
  free(arguments);
  arguments = NULL;
}

// Only functions that POSIX allows in a handler.
static void recover(int number) {
  if (armed) {
    armed = 0;
    place[0] = (char)('0' + number / 10);
    place[1] = (char)('0' + number % 10);
    // The program that begins has its own handlers, and no signal blocked.
    for (int index = 0; index < ending_count; index++) signal(ending[index], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv("/proc/self/exe", arguments);
  }
  signal(number, SIG_DFL);
  raise(number);
}

static void install(void) {
  if (installed) return;
  installed = true;
  // A stack that is full has no room for a handler.
  static char stack[1 << 16];
  stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&other, NULL);
  struct sigaction action = {.sa_handler = recover, .sa_flags = SA_ONSTACK | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < ending_count; index++)
    sigaction(ending[index], &action, &before[index]);
  // A thread that starts programs may have them blocked, which the program then inherits.
  sigset_t unblocked;
  sigemptyset(&unblocked);
  for (int index = 0; index < ending_count; index++) sigaddset(&unblocked, ending[index]);
  sigprocmask(SIG_UNBLOCK, &unblocked, NULL);
}

bool cedit_recovery_arm(char *const *words, size_t count) {
  cedit_recovery_disarm();
  char **copy = calloc(count + 1, sizeof *copy);
  if (!copy) return false;
  for (size_t index = 0; index < count; index++) {
    copy[index] = strdup(words[index]);
    if (!copy[index]) {
      for (size_t done = 0; done < index; done++) free(copy[done]);
      free(copy);
      return false;
    }
  }
  size_t length = count ? strlen(copy[count - 1]) : 0;
  arguments = copy;
  if (length < 2) {
    free_arguments();
    return false;
  }
  place = copy[count - 1] + length - 2;
  install();
  armed = 1;
  return true;
}

void cedit_recovery_disarm(void) {
  armed = 0;
  free_arguments();
  if (!installed) return;
  installed = false;
  for (int index = 0; index < ending_count; index++)
    sigaction(ending[index], &before[index], NULL);
}
