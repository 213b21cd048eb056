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
  // Four bytes a pixel: what decoding takes at most.
  if ((size_t)info->width * (size_t)info->height > CIMAGES_MOST_BYTES / 4) {
    snprintf(message, room, "its %d×%d pixels take more than %d MiB", info->width, info->height,
             CIMAGES_MOST_BYTES >> 20);
    return -1;
  }
  return 0;
}

static int same(const cimages_info *first, const cimages_info *second) {
  return first->width == second->width && first->height == second->height &&
         first->channels == second->channels;
}

// PNG

static int png_open(png_image *image, const uint8_t *bytes, size_t count, cimages_info *info,
                    char *message, size_t room) {
  memset(image, 0, sizeof *image);
  image->version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(image, bytes, count))
    return refuse(message, room, image->message);
  // Sides first: they are unsigned, and may not fit.
  int fits = image->width <= CIMAGES_LONGEST_SIDE && image->height <= CIMAGES_LONGEST_SIDE;
  info->width = fits ? (int)image->width : CIMAGES_LONGEST_SIDE + 1;
  info->height = fits ? (int)image->height : CIMAGES_LONGEST_SIDE + 1;
  info->channels = image->format & PNG_FORMAT_FLAG_COLOR ? 3 : 1;
  if (check_size(info, message, room)) {
    png_image_free(image);
    return -1;
  }
  return 0;
}

static int png_decode(const uint8_t *bytes, size_t count, const cimages_info *expected,
                      uint8_t *pixels, char *message, size_t room) {
  png_image image;
  cimages_info info;
  if (png_open(&image, bytes, count, &info, message, room)) return -1;
  if (!same(&info, expected)) {
    png_image_free(&image);
    return refuse(message, room, "it has changed since it was opened");
  }
  // With alpha, and then without: libpng would otherwise blend with a background.
  int channels = info.channels;
  image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  image.format = channels == 3 ? PNG_FORMAT_RGBA : PNG_FORMAT_GA;
  size_t total = (size_t)info.width * (size_t)info.height;
  uint8_t *decoded = malloc(total * (size_t)(channels + 1));
  if (!decoded) {
    png_image_free(&image);
    return refuse(message, room, "there is no memory for it");
  }
  if (!png_image_finish_read(&image, NULL, decoded, 0, NULL)) {
    refuse(message, room, image.message);
    png_image_free(&image);
    free(decoded);
    return -1;
  }
  for (size_t index = 0; index < total; index++)
    memcpy(pixels + index * (size_t)channels, decoded + index * (size_t)(channels + 1),
           (size_t)channels);
  free(decoded);
  return 0;
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
  if (jpeg->num_components != 1 && jpeg->num_components != 3) {
    snprintf(reader->message, reader->room, "it has %d colour components; 1 and 3 are read",
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
  png_image image;
  if (png_open(&image, bytes, count, info, message, room)) return -1;
  png_image_free(&image);
  return 0;
}

int cimages_decode(const uint8_t *bytes, size_t count, const cimages_info *info, uint8_t *pixels,
                   char *message, size_t room) {
  cimages_info own;
  if (is_jpeg(bytes, count)) return jpeg_read(bytes, count, &own, info, pixels, message, room);
  if (is_webp(bytes, count)) return webp_decode(bytes, count, info, pixels, message, room);
  if (!is_png(bytes, count)) return refuse(message, room, neither);
  return png_decode(bytes, count, info, pixels, message, room);
}
