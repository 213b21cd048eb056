#include "CSixel.h"

#include <sixel/sixel.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char *bytes;
  size_t count;
  size_t room;
  int failed;
} buffer;

static int append(char *data, int size, void *context) {
  buffer *to = context;
  if (to->failed || size < 0) return -1;
  if (to->count + (size_t)size > to->room) {
    size_t room = 2 * to->room + (size_t)size + 4096;
    char *bytes = realloc(to->bytes, room);
    if (!bytes) {
      to->failed = 1;
      return -1;
    }
    to->bytes = bytes;
    to->room = room;
  }
  memcpy(to->bytes + to->count, data, (size_t)size);
  to->count += (size_t)size;
  return size;
}

int csixel_encode(const uint8_t *pixels, int width, int height, char **out, size_t *count) {
  if (width < 1 || height < 1) return -1;
  // libsixel may write to what it is given.
  size_t size = (size_t)width * (size_t)height * 3;
  unsigned char *copy = malloc(size);
  sixel_dither_t *dither = NULL;
  sixel_output_t *output = NULL;
  buffer result = {0};
  int status = -1;
  if (!copy) goto end;
  memcpy(copy, pixels, size);
  if (SIXEL_FAILED(sixel_output_new(&output, append, &result, NULL))) goto end;
  if (SIXEL_FAILED(sixel_dither_new(&dither, 256, NULL))) goto end;
  if (SIXEL_FAILED(sixel_dither_initialize(dither, copy, width, height, SIXEL_PIXELFORMAT_RGB888,
                                           SIXEL_LARGE_LUM, SIXEL_REP_AVERAGE_PIXELS,
                                           SIXEL_QUALITY_HIGH))) {
    goto end;
  }
  // A figure has flat colours: noise of dots would spoil its text.
  sixel_dither_set_diffusion_type(dither, SIXEL_DIFFUSE_NONE);
  if (SIXEL_FAILED(sixel_encode(copy, width, height, 3, dither, output))) goto end;
  status = result.failed ? -1 : 0;
end:
  if (dither) sixel_dither_unref(dither);
  if (output) sixel_output_unref(output);
  free(copy);
  if (status == 0) {
    *out = result.bytes;
    *count = result.count;
  } else {
    free(result.bytes);
  }
  return status;
}

const char *csixel_version(void) { return LIBSIXEL_VERSION; }
