// What the files of this target share: the handles, and the guard that keeps exceptions inside.

#pragma once

#include "CTorch.h"

#include <ATen/ATen.h>
#include <torch/script.h>

#include <atomic>
#include <cstring>
#include <string>

struct ct_tensor {
  at::Tensor value;
};
struct ct_generator {
  at::Generator value;
};
struct ct_module {
  torch::jit::Module value;
  std::atomic<bool> busy{false};
  explicit ct_module(torch::jit::Module module) : value(std::move(module)) {}
};

namespace ctorch {

ct_message message(const std::string &text);

// Runs `body`; an exception becomes a message without a backtrace.
template <typename Body>
ct_message guarded(Body &&body) {
  try {
    body();
    return nullptr;
  } catch (const c10::Error &error) {
    return message(error.what_without_backtrace());
  } catch (const std::exception &error) {
    return message(error.what());
  } catch (...) {
    return message("an unknown error in libtorch");
  }
}

// A module's weights and mode are its own: two threads in one would see each other's.
class Use {
 public:
  explicit Use(ct_module *module) : module(module) {
    TORCH_CHECK(!module->busy.exchange(true), "two threads use one module at a time");
  }
  ~Use() { module->busy.store(false); }
  Use(const Use &) = delete;
  Use &operator=(const Use &) = delete;

 private:
  ct_module *module;
};

inline ct_tensor *handle(at::Tensor value) { return new ct_tensor{std::move(value)}; }

}  // namespace ctorch
