// PNG, JPEG and WebP files decoded to pixels of 8 or 16 bits, by libpng, libjpeg and libwebp. The first two report
// errors by longjmp, which may not cross Swift: it ends in this module, as a message.

#ifndef CIMAGES_H
#define CIMAGES_H

#include <stddef.h>
#include <stdint.h>

// More than these is refused before anything is decoded.
enum { CIMAGES_LONGEST_SIDE = 16384, CIMAGES_MOST_BYTES = 256 << 20 };

typedef struct {
  int width;
  int height;
  int channels;  // 1: grey, 3: red, green, blue. Transparency is left out.
  int bits;      // 8, or 16 in a PNG of that depth.
} cimages_info;

// Reads the header. Returns 0, or -1 with a message of at most `room` bytes with its NUL.
int cimages_inspect(const uint8_t *bytes, size_t count, cimages_info *info, char *message,
                    size_t room);

// Decodes into width * height * channels values, rows from the top, channels interleaved: bytes, or
// where `bits` is 16 two bytes each in this machine's order, for which `pixels` is aligned. `info` is what the caller has room for: an image of another size is refused.
int cimages_decode(const uint8_t *bytes, size_t count, const cimages_info *info, uint8_t *pixels,
                   char *message, size_t room);

#endif
