#include "CSixel.h"

#include <limits.h>
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

// The nearest colour of a palette.
static int nearest(const unsigned char *palette, int colors, int red, int green, int blue) {
  int best = 0;
  int least = INT_MAX;
  for (int i = 0; i < colors; i++) {
    int r = red - palette[3 * i], g = green - palette[3 * i + 1], b = blue - palette[3 * i + 2];
    int distance = r * r + g * g + b * b;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

// libsixel's histogram knows five bits of a channel: its white is a light grey. Each colour of the palette
// becomes the mean of the pixels that it stands for.
static int sharpen_palette(sixel_dither_t *dither, const uint8_t *pixels, size_t count) {
  int colors = sixel_dither_get_num_of_palette_colors(dither);
  if (colors < 1 || colors > 256) return -1;
  unsigned char palette[256 * 3];
  memcpy(palette, sixel_dither_get_palette(dither), 3 * (size_t)colors);
  uint64_t sums[256][4] = {0};
  int16_t known[1 << 15];
  memset(known, -1, sizeof known);
  for (size_t i = 0; i < count; i++) {
    const uint8_t *p = pixels + 3 * i;
    int cell = p[0] >> 3 << 10 | p[1] >> 3 << 5 | p[2] >> 3;
    if (known[cell] < 0) {
      known[cell] = (int16_t)nearest(palette, colors, p[0] & 0xF8, p[1] & 0xF8, p[2] & 0xF8);
    }
    uint64_t *sum = sums[known[cell]];
    for (int c = 0; c < 3; c++) sum[c] += p[c];
    sum[3]++;
  }
  for (int i = 0; i < colors; i++) {
    uint64_t n = sums[i][3];
    for (int c = 0; c < 3 && n > 0; c++) {
      palette[3 * i + c] = (unsigned char)((sums[i][c] + n / 2) / n);
    }
  }
  sixel_dither_set_palette(dither, palette);
  return 0;
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
  if (sharpen_palette(dither, pixels, size / 3) != 0) goto end;
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
