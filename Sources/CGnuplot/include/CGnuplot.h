// CGnuplot owns the one place where gnuplot-iostream's C++ is seen: it writes commands and binary
// records to a gnuplot that somebody else has started. It must not know figures, start processes
// or read what gnuplot answers. No exception leaves it: every call returns a status.

#ifndef BASIN_CGNUPLOT_H
#define BASIN_CGNUPLOT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An open stream into gnuplot's standard input.
typedef struct cgnuplot_stream cgnuplot_stream;

/// Takes over a file descriptor, which is closed in every case.
/// Returns null when there is no memory or the descriptor is not writable.
cgnuplot_stream *cgnuplot_open(int descriptor);

/// Writes commands as they are. Returns 0, or -1 when gnuplot no longer reads.
int cgnuplot_send_text(cgnuplot_stream *stream, const char *text, size_t length);

/// Writes `rows` records of `columns` doubles, row by row: gnuplot's `record=(rows)` with one
/// `%double` a column. Returns 0, or -1 when gnuplot no longer reads or nothing is to be sent.
int cgnuplot_send_records(
  cgnuplot_stream *stream, const double *values, size_t rows, size_t columns);

/// Writes a grid of floats, row by row: gnuplot's `array=(columns,rows)` of `%float`.
/// Returns 0, or -1 when gnuplot no longer reads or nothing is to be sent.
int cgnuplot_send_grid(cgnuplot_stream *stream, const float *values, size_t rows, size_t columns);

/// Flushes, closes and frees. Returns 0, or -1 when not everything was taken.
int cgnuplot_close(cgnuplot_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
