#include "CGnuplot.h"

#include <cstdio>
#include <unistd.h>
#include <vector>

#include <gnuplot-iostream.h>

struct cgnuplot_stream {
  // gnuplot-iostream closes the file in its destructor.
  explicit cgnuplot_stream(FILE *file) : gnuplot(file) {}
  Gnuplot gnuplot;
};

namespace {

// The nested form that gnuplot-iostream takes for rows of columns.
template <typename Value>
std::vector<std::vector<Value>> rows_of(const Value *values, size_t rows, size_t columns) {
  std::vector<std::vector<Value>> result;
  result.reserve(rows);
  for (size_t row = 0; row < rows; ++row)
    result.emplace_back(values + row * columns, values + (row + 1) * columns);
  return result;
}

template <typename Body> int guarded(cgnuplot_stream *stream, Body body) {
  try {
    if (!stream->gnuplot.good()) return -1;
    body(stream->gnuplot);
    return stream->gnuplot.good() ? 0 : -1;
  } catch (...) {
    return -1;
  }
}

}  // namespace

cgnuplot_stream *cgnuplot_open(int descriptor) {
  FILE *file = fdopen(descriptor, "w");
  if (!file) {
    close(descriptor);
    return nullptr;
  }
  try {
    return new cgnuplot_stream(file);
  } catch (...) {
    std::fclose(file);
    return nullptr;
  }
}

int cgnuplot_send_text(cgnuplot_stream *stream, const char *text, size_t length) {
  return guarded(stream, [&](Gnuplot &gnuplot) {
    gnuplot.write(text, static_cast<std::streamsize>(length));
    gnuplot.flush();
  });
}

int cgnuplot_send_records(
  cgnuplot_stream *stream, const double *values, size_t rows, size_t columns) {
  // Of an empty record gnuplot would take the commands that follow for data.
  if (rows == 0 || columns == 0) return -1;
  return guarded(stream, [&](Gnuplot &gnuplot) {
    gnuplot.sendBinary1d(rows_of(values, rows, columns));
  });
}

int cgnuplot_send_grid(cgnuplot_stream *stream, const float *values, size_t rows, size_t columns) {
  if (rows == 0 || columns == 0) return -1;
  return guarded(stream, [&](Gnuplot &gnuplot) {
    gnuplot.sendBinary2d(rows_of(values, rows, columns));
  });
}

int cgnuplot_close(cgnuplot_stream *stream) {
  int status = guarded(stream, [](Gnuplot &gnuplot) { gnuplot.flush(); });
  delete stream;
  return status;
}
