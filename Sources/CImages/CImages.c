#include "CImages.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// After stdio.h, which it needs.
#include <jerror.h>
#include <jpeglib.h>
#include <webp/decode.h>

static int refuse(char *message, size_t room, const char *reason) {
  snprintf(message, room, "%s", reason);
  return -1;
}

static int check_size(const cimages_info *info, char *message, size_t room) {
  if (info->width < 1 || info->height < 1 || info->width > CIMAGES_LONGEST_SIDE ||
      info->height > CIMAGES_LONGEST_SIDE) {
    snprintf(message, room, "it has %d×%d pixels; sides of 1 to %d are read", info->width,
             info->height, CIMAGES_LONGEST_SIDE);
    return -1;
  }
  // Four values a pixel: what decoding takes at most.
  if ((size_t)info->width * (size_t)info->height >
      (size_t)(CIMAGES_MOST_BYTES / 4 / (info->bits / 8))) {
    snprintf(message, room, "its %d×%d pixels take more than %d MiB", info->width, info->height,
             CIMAGES_MOST_BYTES >> 20);
    return -1;
  }
  return 0;
}

static int same(const cimages_info *first, const cimages_info *second) {
  return first->width == second->width && first->height == second->height &&
         first->channels == second->channels && first->bits == second->bits;
}

// PNG

struct png_source {
  const uint8_t *bytes;
  size_t left;
  char *message;
  size_t room;
};

static void png_stop(png_structp png, png_const_charp text) {
  struct png_source *source = png_get_error_ptr(png);
  refuse(source->message, source->room, text);
  png_longjmp(png, 1);
}

static void png_ignore(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void png_take(png_structp png, png_bytep target, size_t count) {
  struct png_source *source = png_get_io_ptr(png);
  if (count > source->left) png_error(png, "read beyond end of data");
  memcpy(target, source->bytes, count);
  source->bytes += count;
  source->left -= count;
}

// Values as they are in the file: gamma and colour profiles are not applied, as Pillow does not, and
// transparency is left out rather than blended with a background.
static void png_pixels(png_structp png, png_infop header, int bits) {
  png_set_palette_to_rgb(png);
  png_set_expand_gray_1_2_4_to_8(png);
  png_set_strip_alpha(png);
  // Two bytes, the first of which is the higher one in the file.
  const uint16_t one = 1;
  if (bits == 16 && *(const uint8_t *)&one) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, header);
}

static int png_read(const uint8_t *bytes, size_t count, cimages_info *info,
                    const cimages_info *expected, uint8_t *pixels, char *message, size_t room) {
  struct png_source source = {bytes, count, message, room};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, png_stop, png_ignore);
  png_infop header = png ? png_create_info_struct(png) : NULL;
  if (!header) {
    png_destroy_read_struct(&png, NULL, NULL);
    return refuse(message, room, "there is no memory for it");
  }
  png_bytep *volatile rows = NULL;
  if (setjmp(png_jmpbuf(png))) {
    free(rows);
    png_destroy_read_struct(&png, &header, NULL);
    return -1;
  }
  png_set_read_fn(png, &source, png_take);
  png_read_info(png, header);
  png_uint_32 width = png_get_image_width(png, header), height = png_get_image_height(png, header);
  // Sides first: they are unsigned, and may not fit.
  int fits = width <= CIMAGES_LONGEST_SIDE && height <= CIMAGES_LONGEST_SIDE;
  info->width = fits ? (int)width : CIMAGES_LONGEST_SIDE + 1;
  info->height = fits ? (int)height : CIMAGES_LONGEST_SIDE + 1;
  info->channels = png_get_color_type(png, header) & PNG_COLOR_MASK_COLOR ? 3 : 1;
  info->bits = png_get_bit_depth(png, header) == 16 ? 16 : 8;
  int result = check_size(info, message, room);
  if (result == 0 && pixels) {
    size_t row = (size_t)info->width * (size_t)info->channels * (size_t)(info->bits / 8);
    if (!same(info, expected)) {
      result = refuse(message, room, "it has changed since it was opened");
    } else if (png_pixels(png, header, info->bits), png_get_rowbytes(png, header) != row) {
      result = refuse(message, room, "its rows have an unexpected length");
    } else if (!(rows = malloc((size_t)info->height * sizeof *rows))) {
      result = refuse(message, room, "there is no memory for it");
    } else {
      for (size_t index = 0; index < (size_t)info->height; index++)
        rows[index] = pixels + row * index;
      png_read_image(png, rows);
    }
  }
  free(rows);
  png_destroy_read_struct(&png, &header, NULL);
  return result;
}

// JPEG

// Progressive files may have scans without end, each of which costs a pass over the image.
enum { MOST_SCANS = 500 };

struct reader {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  char *message;
  size_t room;
};

static void stop(j_common_ptr jpeg) {
  struct reader *reader = jpeg->client_data;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  refuse(reader->message, reader->room, text);
  longjmp(reader->escape, 1);
}

// libjpeg fills in what is missing and warns: an image that is cut off would pass for a whole one.
static void warn(j_common_ptr jpeg, int level) {
  if (level < 0 && jpeg->err->msg_code != JWRN_EXTRANEOUS_DATA) stop(jpeg);
}

static void count_scans(j_common_ptr jpeg) {
  struct reader *reader = jpeg->client_data;
  if (reader->jpeg.input_scan_number > MOST_SCANS) {
    refuse(reader->message, reader->room, "it has more than 500 scans");
    longjmp(reader->escape, 1);
  }
}

static int jpeg_open(struct reader *reader, const uint8_t *bytes, size_t count,
                     cimages_info *info) {
  struct jpeg_decompress_struct *jpeg = &reader->jpeg;
  jpeg_mem_src(jpeg, bytes, (unsigned long)count);
  jpeg_read_header(jpeg, TRUE);
  info->width = (int)jpeg->image_width;
  info->height = (int)jpeg->image_height;
  info->bits = 8;
  if (jpeg->num_components == 4)
    return refuse(reader->message, reader->room,
                  "it is a JPEG in CMYK; save it in RGB, as Pillow's Image.open(FILE).convert('RGB')"
                  ".save(FILE) does");
  if (jpeg->num_components != 1 && jpeg->num_components != 3) {
    snprintf(reader->message, reader->room,
             "it has %d colour components; 1 and 3 are read, so save it in RGB or grey",
             jpeg->num_components);
    return -1;
  }
  info->channels = jpeg->num_components;
  return check_size(info, reader->message, reader->room);
}

static int jpeg_read(const uint8_t *bytes, size_t count, cimages_info *info,
                     const cimages_info *expected, uint8_t *pixels, char *message, size_t room) {
  struct reader reader;
  memset(&reader, 0, sizeof reader);
  reader.message = message;
  reader.room = room;
  reader.jpeg.err = jpeg_std_error(&reader.errors);
  reader.errors.error_exit = stop;
  reader.errors.emit_message = warn;
  if (setjmp(reader.escape)) {
    jpeg_destroy_decompress(&reader.jpeg);
    return -1;
  }
  // What jpeg_create_decompress keeps: err and client_data, and nothing else.
  reader.jpeg.client_data = &reader;
  jpeg_create_decompress(&reader.jpeg);
  reader.progress.progress_monitor = count_scans;
  reader.jpeg.progress = &reader.progress;
  int result = jpeg_open(&reader, bytes, count, info);
  if (result == 0 && pixels) {
    if (!same(info, expected)) {
      result = refuse(message, room, "it has changed since it was opened");
    } else {
      struct jpeg_decompress_struct *jpeg = &reader.jpeg;
      jpeg->out_color_space = info->channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
      jpeg_start_decompress(jpeg);
      size_t row = (size_t)info->width * (size_t)info->channels;
      while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW target = pixels + row * jpeg->output_scanline;
        jpeg_read_scanlines(jpeg, &target, 1);
      }
      jpeg_finish_decompress(jpeg);
    }
  }
  jpeg_destroy_decompress(&reader.jpeg);
  return result;
}

// WebP

// A header of ten bytes can speak of any size: what a small file may become. Blank images take about a
// thousandth of their pixels.
enum { WEBP_EXPANSION = 4096, WEBP_ALWAYS_BYTES = 8 << 20 };

static int webp_open(const uint8_t *bytes, size_t count, cimages_info *info, char *message,
                     size_t room) {
  WebPBitstreamFeatures features;
  switch (WebPGetFeatures(bytes, count, &features)) {
    case VP8_STATUS_OK: break;
    case VP8_STATUS_NOT_ENOUGH_DATA: return refuse(message, room, "it is cut off");
    default: return refuse(message, room, "its WebP header is damaged");
  }
  if (features.has_animation) return refuse(message, room, "it is an animation");
  info->width = features.width;
  info->height = features.height;
  info->channels = 3;
  info->bits = 8;
  if (check_size(info, message, room)) return -1;
  size_t decoded = (size_t)info->width * (size_t)info->height * 3;
  if (decoded > WEBP_ALWAYS_BYTES && decoded / WEBP_EXPANSION > count) {
    snprintf(message, room, "a file of %zu bytes cannot have its %d×%d pixels", count, info->width,
             info->height);
    return -1;
  }
  return 0;
}

static int webp_decode(const uint8_t *bytes, size_t count, const cimages_info *expected,
                       uint8_t *pixels, char *message, size_t room) {
  cimages_info info;
  if (webp_open(bytes, count, &info, message, room)) return -1;
  if (!same(&info, expected)) return refuse(message, room, "it has changed since it was opened");
  size_t total = (size_t)info.width * (size_t)info.height * 3;
  if (!WebPDecodeRGBInto(bytes, count, pixels, total, info.width * 3))
    return refuse(message, room, "its WebP data is damaged or cut off");
  return 0;
}

// Any of them

static int is_png(const uint8_t *bytes, size_t count) {
  return count >= 8 && png_sig_cmp(bytes, 0, 8) == 0;
}

static int is_jpeg(const uint8_t *bytes, size_t count) {
  return count >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff;
}

static int is_webp(const uint8_t *bytes, size_t count) {
  return count >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0;
}

static const char neither[] = "it is neither PNG nor JPEG nor WebP";

int cimages_inspect(const uint8_t *bytes, size_t count, cimages_info *info, char *message,
                    size_t room) {
  if (is_jpeg(bytes, count)) return jpeg_read(bytes, count, info, NULL, NULL, message, room);
  if (is_webp(bytes, count)) return webp_open(bytes, count, info, message, room);
  if (!is_png(bytes, count)) return refuse(message, room, neither);
  return png_read(bytes, count, info, NULL, NULL, message, room);
}

int cimages_decode(const uint8_t *bytes, size_t count, const cimages_info *info, uint8_t *pixels,
                   char *message, size_t room) {
  cimages_info own;
  if (is_jpeg(bytes, count)) return jpeg_read(bytes, count, &own, info, pixels, message, room);
  if (is_webp(bytes, count)) return webp_decode(bytes, count, info, pixels, message, room);
  if (!is_png(bytes, count)) return refuse(message, room, neither);
  return png_read(bytes, count, &own, info, pixels, message, room);
}
