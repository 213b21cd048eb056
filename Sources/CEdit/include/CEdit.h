// What Swift cannot say to libedit itself: its variadic calls, the locale that makes it speak UTF-8
// whatever the user's, and signal handlers that only store and write. No logic of the prompt.

#ifndef CEDIT_H
#define CEDIT_H

#include <histedit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Opens an editor on two descriptors, which stay the caller's. `terminal` names a terminfo entry;
// NULL takes $TERM. NULL when libedit or the system refuses.
EditLine *cedit_open(const char *program, const char *terminal, int input, int output);
void cedit_close(EditLine *editor);

// Reads a line in a UTF-8 locale; as el_gets.
const char *cedit_gets(EditLine *editor, int *count);

void cedit_set_client_data(EditLine *editor, void *data);
void *cedit_client_data(EditLine *editor);
void cedit_set_prompt(EditLine *editor, char *(*prompt)(EditLine *));
void cedit_set_reader(EditLine *editor, int (*read)(EditLine *, wchar_t *));
void cedit_set_history(EditLine *editor, History *history);
void cedit_add_command(EditLine *editor, const char *name, const char *help,
                       unsigned char (*command)(EditLine *, int));
void cedit_bind(EditLine *editor, const char *key, const char *command);

// Draws the prompt and the line anew from the cursor's row on.
void cedit_refresh(EditLine *editor);
// Takes the terminal back into editing mode after the process was stopped and continued.
void cedit_prepare_terminal(EditLine *editor);

void cedit_history_set_size(History *history, int size);
void cedit_history_add(History *history, const char *line);
void cedit_history_clear(History *history);

// How many terminal columns a Unicode scalar takes; -1 for what cannot be printed.
int cedit_width(uint32_t scalar);
// The size of the terminal behind a descriptor; false when there is none.
bool cedit_window_size(int descriptor, int *columns, int *rows);
// The size of one of its cells in pixels; false when it is not known.
bool cedit_cell_size(int descriptor, int *width, int *height);

// Installs handlers of SIGINT, SIGWINCH and SIGCONT and ignores SIGPIPE. Each signal writes one
// byte ('I', 'W', 'C') to a pipe whose reading end is returned; SIGINT first calls `on_interrupt`,
// which may only do what a signal handler may. -1 when the system refuses.
int cedit_signals_install(void (*on_interrupt)(void *), void *context);
// Puts back what was there before.
void cedit_signals_restore(void);
// Says whether a command is running: a second SIGINT during one says that it is still stopping.
void cedit_signals_set_running(bool running);

// Until it is disarmed: a signal that ends programs (a trap, a division by zero, a broken address, SIGQUIT) starts
// this program anew with `words`, as the same process. The last two characters of the last word become the signal's
// number. False, and nothing is armed, when memory is out or that word is too short.
bool cedit_recovery_arm(char *const *words, size_t count);
void cedit_recovery_disarm(void);

#endif
