#include "Boundary.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <dlfcn.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ctorch {

ct_message message(const std::string &text) {
  // strdup stops at the first NUL, which is what a message wants.
  return strdup(text.c_str());
}

namespace {

// A forward pass frees its activations in the order in which they lie at the top of the heap, and glibc would
// give them back to the system and take them anew, page by page, in every pass: a quarter of the time of a
// small network. It keeps up to 256 MiB instead.
struct KeepMemory {
  KeepMemory() {
#ifdef __GLIBC__
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
  }
};
const KeepMemory keepMemory;

}  // namespace

}  // namespace ctorch

void ct_message_free(ct_message message) noexcept { free(message); }

const char *ct_version(void) noexcept { return TORCH_VERSION; }

ct_message ct_set_threads(int count) {
  return ctorch::guarded([&] {
    at::set_num_threads(count);
    // OpenBLAS built with its own threads keeps a pool that libtorch does not set.
    if (void *symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) {
      reinterpret_cast<void (*)(int)>(symbol)(count);
    }
  });
}

int ct_threads(void) noexcept { return at::get_num_threads(); }

bool ct_set_grad_enabled(bool enabled) noexcept {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(enabled);
  return before;
}

bool ct_device_available(const char *device) noexcept {
  try {
    at::empty({1}, at::TensorOptions().device(at::Device(std::string(device))));
    return true;
  } catch (...) {
    return false;
  }
}

ct_message ct_seed(uint64_t seed) {
  return ctorch::guarded([&] { at::manual_seed(seed); });
}

ct_message ct_draw_state(const char *device, ct_tensor **out) {
  return ctorch::guarded([&] {
    auto place = at::Device(std::string(device));
    *out = ctorch::handle(at::globalContext().defaultGenerator(place).get_state());
  });
}

ct_message ct_generator_new(uint64_t seed, ct_generator **out) {
  return ctorch::guarded(
    [&] { *out = new ct_generator{at::detail::createCPUGenerator(seed)}; });
}

void ct_generator_free(ct_generator *generator) noexcept { delete generator; }
