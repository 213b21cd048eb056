#include "Boundary.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <dlfcn.h>
#include <malloc.h>

namespace {

// The tensors of a forward pass come and go thousands of times. glibc would return memory of their
// size to the system each time and have it faulted in again, page by page, which takes longer than a
// small convolution does; so up to 256 MiB of free memory stay with the process.
const bool keeps_memory = [] {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  return true;
}();

}  // namespace

namespace ctorch {

ct_message message(const std::string &text) {
  // strdup stops at the first NUL, which is what a message wants.
  return strdup(text.c_str());
}

}  // namespace ctorch

void ct_message_free(ct_message message) { free(message); }

const char *ct_version(void) { return TORCH_VERSION; }

void ct_set_threads(int count) {
  at::set_num_threads(count);
  // OpenBLAS built with its own threads keeps a pool that libtorch does not set.
  if (void *symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) {
    reinterpret_cast<void (*)(int)>(symbol)(count);
  }
}

int ct_threads(void) { return at::get_num_threads(); }

bool ct_set_grad_enabled(bool enabled) {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(enabled);
  return before;
}

bool ct_device_available(const char *device) {
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

ct_generator *ct_generator_new(uint64_t seed) {
  return new ct_generator{at::detail::createCPUGenerator(seed)};
}

void ct_generator_free(ct_generator *generator) { delete generator; }
