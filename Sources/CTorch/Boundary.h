// What the files of this target share: the handles, and the guard that keeps exceptions inside.

#pragma once

#include "CTorch.h"

#include <ATen/ATen.h>
#include <torch/script.h>

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

inline ct_tensor *handle(at::Tensor value) { return new ct_tensor{std::move(value)}; }

}  // namespace ctorch
