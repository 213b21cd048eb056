// For wcwidth.
#define _GNU_SOURCE
#include "CEdit.h"

#include <locale.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

// libedit converts and measures characters by the thread's locale. It is switched for the duration
// of a call only, so that the rest of the process keeps its own.
static locale_t utf8_locale(void) {
  static locale_t locale;
  locale_t known = __atomic_load_n(&locale, __ATOMIC_ACQUIRE);
  if (known) return known;
  locale_t made = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  if (!made) return (locale_t)0;
  if (!__atomic_compare_exchange_n(&locale, &known, made, false, __ATOMIC_ACQ_REL,
                                   __ATOMIC_ACQUIRE)) {
    freelocale(made);
    return known;
  }
  return made;
}

static locale_t enter_utf8(void) { return uselocale(utf8_locale()); }

static FILE *open_copy(int descriptor, const char *mode) {
  int copy = dup(descriptor);
  if (copy < 0) return NULL;
  FILE *file = fdopen(copy, mode);
  if (!file) close(copy);
  return file;
}

EditLine *cedit_open(const char *program, const char *terminal, int input, int output) {
  FILE *in = open_copy(input, "r");
  FILE *out = open_copy(output, "w");
  FILE *err = open_copy(output, "w");
  locale_t before = enter_utf8();
  EditLine *editor = in && out && err ? el_init(program, in, out, err) : NULL;
  if (editor) {
    if (terminal) el_set(editor, EL_TERMINAL, terminal);
    el_set(editor, EL_SIGNAL, 0);
    el_set(editor, EL_EDITOR, "emacs");
    el_source(editor, NULL);
  }
  uselocale(before);
  if (!editor) {
    if (in) fclose(in);
    if (out) fclose(out);
    if (err) fclose(err);
  }
  return editor;
}

void cedit_close(EditLine *editor) {
  FILE *files[3] = {NULL, NULL, NULL};
  for (int i = 0; i < 3; i++) el_get(editor, EL_GETFP, i, &files[i]);
  locale_t before = enter_utf8();
  el_end(editor);
  uselocale(before);
  for (int i = 0; i < 3; i++) {
    if (files[i]) fclose(files[i]);
  }
}

const char *cedit_gets(EditLine *editor, int *count) {
  locale_t before = enter_utf8();
  // libedit writes the prompt first; keys that answer it at once would be the terminal's to edit.
  el_set(editor, EL_PREP_TERM, 1);
  const char *line = el_gets(editor, count);
  uselocale(before);
  return line;
}

void cedit_set_client_data(EditLine *editor, void *data) {
  el_set(editor, EL_CLIENTDATA, data);
}

void *cedit_client_data(EditLine *editor) {
  void *data = NULL;
  el_get(editor, EL_CLIENTDATA, &data);
  return data;
}

void cedit_set_prompt(EditLine *editor, char *(*prompt)(EditLine *)) {
  el_set(editor, EL_PROMPT, prompt);
}

void cedit_set_reader(EditLine *editor, int (*read)(EditLine *, wchar_t *)) {
  el_set(editor, EL_GETCFN, read);
}

void cedit_set_history(EditLine *editor, History *known) {
  el_set(editor, EL_HIST, history, known);
}

void cedit_add_command(EditLine *editor, const char *name, const char *help,
                       unsigned char (*command)(EditLine *, int)) {
  el_set(editor, EL_ADDFN, name, help, command);
}

void cedit_bind(EditLine *editor, const char *key, const char *command) {
  el_set(editor, EL_BIND, key, command, NULL);
}

void cedit_refresh(EditLine *editor) { el_set(editor, EL_REFRESH); }

void cedit_prepare_terminal(EditLine *editor) {
  // libedit believes that the terminal is still as it left it.
  el_set(editor, EL_PREP_TERM, 0);
  el_set(editor, EL_PREP_TERM, 1);
}

void cedit_history_set_size(History *known, int size) {
  HistEvent event;
  history(known, &event, H_SETSIZE, size);
}

void cedit_history_add(History *known, const char *line) {
  HistEvent event;
  history(known, &event, H_ENTER, line);
}

void cedit_history_clear(History *known) {
  HistEvent event;
  history(known, &event, H_CLEAR);
}

int cedit_width(uint32_t scalar) {
  locale_t before = enter_utf8();
  int width = wcwidth((wchar_t)scalar);
  uselocale(before);
  return width;
}

bool cedit_window_size(int descriptor, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return false;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return true;
}

bool cedit_cell_size(int descriptor, int *width, int *height) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
  *width = size.ws_xpixel / size.ws_col;
  *height = size.ws_ypixel / size.ws_row;
  return *width > 0 && *height > 0;
}
