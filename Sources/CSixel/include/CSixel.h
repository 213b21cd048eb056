// Pixels to sixels, by libsixel. Only pixels of our own reach it: its readers of image files are not
// used.

#ifndef CSIXEL_H
#define CSIXEL_H

#include <stddef.h>
#include <stdint.h>

// Encodes width * height * 3 bytes (red, green, blue; rows from the top) with a palette of at most 256
// colours. `*out` is the caller's to free, of `*count` bytes, from ESC P to ESC \. 0, or -1 when libsixel
// or the memory refuses.
int csixel_encode(const uint8_t *pixels, int width, int height, char **out, size_t *count);

// libsixel's version as its header has it.
const char *csixel_version(void);

#endif
