#include "Boundary.h"

#include <torch/csrc/jit/runtime/graph_executor.h>

#include <sstream>

namespace {

using torch::jit::Module;

// Plain interpretation: the optimiser re-specialises for every new shape, and its fused nodes do
// not go through vmap and double backward.
void interpret_plainly() {
  torch::jit::getProfilingMode() = false;
  torch::jit::setGraphExecutorOptimize(false);
}

std::vector<std::string> components(const std::string &path) {
  std::vector<std::string> parts;
  size_t start = 0;
  for (size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', start)) {
    parts.push_back(path.substr(start, dot - start));
    start = dot + 1;
  }
  parts.push_back(path.substr(start));
  return parts;
}

// The submodule that holds the last component of `parts`.
Module owner(Module module, const std::vector<std::string> &parts, bool create) {
  for (size_t i = 0; i + 1 < parts.size(); i++) {
    if (!module.hasattr(parts[i])) {
      TORCH_CHECK(create, "the module has no submodule '", parts[i], "'");
      Module child(
        c10::QualifiedName("__torch__.Block"), module._ivalue()->compilation_unit(), true);
      child.register_attribute("training", c10::BoolType::get(), true);
      module.register_module(parts[i], child);
    }
    module = module.attr(parts[i]).toModule();
  }
  return module;
}

}  // namespace

ct_message ct_module_new(ct_module **out) {
  return ctorch::guarded([&] {
    Module module("__torch__.Network");
    module.register_attribute("training", c10::BoolType::get(), true);
    *out = new ct_module{std::move(module)};
  });
}

ct_message ct_module_load(const void *bytes, size_t count, ct_module **out) {
  return ctorch::guarded([&] {
    interpret_plainly();
    std::istringstream stream(std::string(static_cast<const char *>(bytes), count));
    *out = new ct_module{torch::jit::load(stream, at::kCPU)};
  });
}

void ct_module_free(ct_module *module) noexcept { delete module; }

ct_message ct_module_register(
  ct_module *module, const char *path, const ct_tensor *tensor, bool is_parameter) {
  return ctorch::guarded([&] {
    ctorch::Use use(module);
    auto parts = components(path);
    auto target = owner(module->value, parts, /*create=*/true);
    if (is_parameter) {
      target.register_parameter(parts.back(), tensor->value, /*is_buffer=*/false);
    } else {
      target.register_buffer(parts.back(), tensor->value);
    }
  });
}

ct_message ct_module_define(ct_module *module, const char *source) {
  return ctorch::guarded([&] {
    ctorch::Use use(module);
    interpret_plainly();
    module->value.define(source);
  });
}

ct_message ct_module_count(const ct_module *module, bool parameters, size_t *out) {
  return ctorch::guarded([&] {
    *out = parameters ? module->value.named_parameters().size()
                      : module->value.named_buffers().size();
  });
}

ct_message ct_module_get(
  const ct_module *module, bool parameters, size_t index, char **path, ct_tensor **out) {
  return ctorch::guarded([&] {
    size_t position = 0;
    auto take = [&](const auto &named) {
      for (const auto &entry : named) {
        if (position++ != index) continue;
        *path = strdup(entry.name.c_str());
        *out = ctorch::handle(entry.value);
        return;
      }
      TORCH_CHECK(false, "the module has no tensor ", index);
    };
    if (parameters) {
      take(module->value.named_parameters());
    } else {
      take(module->value.named_buffers());
    }
  });
}

ct_message ct_module_set(ct_module *module, const char *path, const ct_tensor *tensor) {
  return ctorch::guarded([&] {
    ctorch::Use use(module);
    auto parts = components(path);
    owner(module->value, parts, /*create=*/false).setattr(parts.back(), tensor->value);
  });
}

ct_message ct_module_train(ct_module *module, bool training) {
  return ctorch::guarded([&] { ctorch::Use use(module); module->value.train(training); });
}

ct_message ct_module_forward(ct_module *module, const ct_tensor *input, ct_tensor **out) {
  return ct_module_call(module, "forward", input, out);
}

ct_message ct_module_call(
  ct_module *module, const char *method, const ct_tensor *input, ct_tensor **out) {
  return ctorch::guarded([&] {
    ctorch::Use use(module);
    interpret_plainly();
    auto result = module->value.get_method(method)({input->value});
    TORCH_CHECK(
      result.isTensor(), method, " returned ", result.tagKind(),
      "; Basin needs one tensor of logits");
    *out = ctorch::handle(result.toTensor());
  });
}
