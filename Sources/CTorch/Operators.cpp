#include "Boundary.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/autograd.h>

#include <unordered_map>

namespace {

using torch::jit::Stack;
// libtorch's optional is its own type in 1.13 and the standard library's in 2.x.
using OptionalTensor = decltype(std::declval<c10::IValue>().toOptional<at::Tensor>());

const c10::OperatorHandle &find_operator(const char *name, const char *overload) {
  static thread_local std::unordered_map<std::string, c10::OperatorHandle> found;
  std::string key = std::string(name) + "." + overload;
  auto known = found.find(key);
  if (known != found.end()) return known->second;
  auto op = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
  return found.emplace(std::move(key), op).first->second;
}

template <typename Element>
std::vector<Element> list(const ct_value &value) {
  auto items = static_cast<const Element *>(value.items);
  return std::vector<Element>(items, items + value.count);
}

c10::IValue unbox(const ct_value &value) {
  switch (value.kind) {
    case CT_KIND_NONE: return c10::IValue();
    case CT_KIND_TENSOR: return value.tensor->value;
    case CT_KIND_INT: return value.integer;
    case CT_KIND_REAL: return value.real;
    case CT_KIND_BOOL: return value.integer != 0;
    case CT_KIND_TEXT: return std::string(value.text);
    case CT_KIND_DEVICE: return at::Device(std::string(value.text));
    case CT_KIND_INTS: return list<int64_t>(value);
    case CT_KIND_REALS: return list<double>(value);
    case CT_KIND_GENERATOR: return value.generator->value;
    case CT_KIND_TENSORS: {
      auto items = static_cast<ct_tensor *const *>(value.items);
      std::vector<at::Tensor> tensors;
      tensors.reserve(value.count);
      for (size_t i = 0; i < value.count; i++) tensors.push_back(items[i]->value);
      return tensors;
    }
  }
  TORCH_CHECK(false, "an argument of unknown kind");
}

// The dispatcher checks types strictly: an integer where the schema says float, or a list of
// tensors where it says optional tensors, is converted as Python's binding does.
c10::IValue coerced(c10::IValue value, const c10::TypePtr &declared) {
  auto type = declared;
  if (auto optional = type->cast<c10::OptionalType>()) {
    if (value.isNone()) return value;
    type = optional->getElementType();
  }
  if (type->kind() == c10::TypeKind::FloatType && value.isInt()) {
    return static_cast<double>(value.toInt());
  }
  if (auto items = type->cast<c10::ListType>()) {
    if (items->getElementType()->kind() == c10::TypeKind::OptionalType && value.isTensorList()) {
      c10::List<OptionalTensor> optional;
      for (const at::Tensor &tensor : value.toTensorList()) optional.push_back(tensor);
      return optional;
    }
  }
  return value;
}

void flatten(const c10::IValue &value, std::vector<at::Tensor> &out) {
  if (value.isTensor()) {
    out.push_back(value.toTensor());
  } else if (value.isTensorList()) {
    for (const at::Tensor &tensor : value.toTensorList()) out.push_back(tensor);
  } else if (value.isTuple()) {
    for (const auto &element : value.toTupleRef().elements()) flatten(element, out);
  } else if (value.isScalar()) {
    out.push_back(at::scalar_to_tensor(value.toScalar()));
  } else {
    TORCH_CHECK(false, "a result of type ", value.tagKind(), " is not a tensor");
  }
}

}  // namespace

ct_message ct_call(
  const char *name, const char *overload, const ct_value *arguments, size_t argument_count,
  ct_tensor **out, size_t capacity, size_t *count) {
  return ctorch::guarded([&] {
    const auto &op = find_operator(name, overload);
    const auto &declared = op.schema().arguments();
    TORCH_CHECK(
      argument_count <= declared.size(), name, " takes ", declared.size(), " arguments, not ",
      argument_count);
    Stack stack;
    stack.reserve(declared.size());
    for (size_t i = 0; i < declared.size(); i++) {
      if (i < argument_count) {
        stack.push_back(coerced(unbox(arguments[i]), declared[i].type()));
      } else {
        TORCH_CHECK(declared[i].default_value(), name, " needs argument '", declared[i].name(), "'");
        stack.push_back(*declared[i].default_value());
      }
    }
    op.callBoxed(stack);
    std::vector<at::Tensor> tensors;
    for (const auto &value : stack) flatten(value, tensors);
    TORCH_CHECK(
      tensors.size() <= capacity, name, " returned ", tensors.size(), " tensors; there is room for ",
      capacity);
    for (size_t i = 0; i < tensors.size(); i++) out[i] = ctorch::handle(std::move(tensors[i]));
    *count = tensors.size();
  });
}

ct_message ct_grad(
  ct_tensor *const *outputs, ct_tensor *const *grad_outputs, size_t output_count,
  ct_tensor *const *inputs, size_t input_count, bool retain_graph, bool create_graph,
  ct_tensor **out) {
  return ctorch::guarded([&] {
    torch::autograd::variable_list roots, weights, leaves;
    for (size_t i = 0; i < output_count; i++) roots.push_back(outputs[i]->value);
    for (size_t i = 0; grad_outputs != nullptr && i < output_count; i++) {
      weights.push_back(grad_outputs[i]->value);
    }
    for (size_t i = 0; i < input_count; i++) leaves.push_back(inputs[i]->value);
    auto gradients = torch::autograd::grad(
      roots, leaves, weights, retain_graph, create_graph, /*allow_unused=*/true);
    for (size_t i = 0; i < input_count; i++) {
      auto &gradient = gradients[i];
      out[i] = ctorch::handle(gradient.defined() ? gradient : at::zeros_like(leaves[i]));
    }
  });
}
