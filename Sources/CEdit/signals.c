// For pipe2.
#define _GNU_SOURCE
#include "CEdit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static const int handled[] = {SIGINT, SIGWINCH, SIGCONT, SIGPIPE};
enum { handled_count = sizeof handled / sizeof *handled };

static struct sigaction previous[handled_count];
static int wake_pipe[2] = {-1, -1};
static void (*interrupt_callback)(void *);
static void *interrupt_context;
static atomic_bool command_running;
static atomic_int interrupts;

static const char still_stopping[] =
    "\nstill stopping: the command ends at its next step (Ctrl-\\ kills Basin)\n";

static void on_signal(int number) {
  int kept = errno;
  char byte = number == SIGINT ? 'I' : number == SIGWINCH ? 'W' : 'C';
  ssize_t written = 0;
  if (number == SIGINT) {
    interrupt_callback(interrupt_context);
    if (atomic_load(&command_running) && atomic_fetch_add(&interrupts, 1) >= 1) {
      written = write(STDERR_FILENO, still_stopping, sizeof still_stopping - 1);
    }
  }
  // The pipe does not block: when it is full there is news enough in it.
  written = write(wake_pipe[1], &byte, 1);
  (void)written;
  errno = kept;
}

int cedit_signals_install(void (*on_interrupt)(void *), void *context) {
  if (wake_pipe[0] < 0 && pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  interrupt_callback = on_interrupt;
  interrupt_context = context;
  atomic_store(&command_running, false);
  for (int i = 0; i < handled_count; i++) {
    struct sigaction action = {0};
    action.sa_handler = handled[i] == SIGPIPE ? SIG_IGN : on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(handled[i], &action, &previous[i]);
  }
  return wake_pipe[0];
}

void cedit_signals_restore(void) {
  for (int i = 0; i < handled_count; i++) sigaction(handled[i], &previous[i], NULL);
}

void cedit_signals_set_running(bool running) {
  atomic_store(&interrupts, 0);
  atomic_store(&command_running, running);
}
