#include "Boundary.h"

ct_message ct_tensor_from_bytes(
  const void *bytes, size_t count, const int64_t *shape, size_t rank, int dtype, ct_tensor **out) {
  return ctorch::guarded([&] {
    auto type = static_cast<at::ScalarType>(dtype);
    auto value = at::empty(at::IntArrayRef(shape, rank), at::TensorOptions().dtype(type));
    TORCH_CHECK(
      value.nbytes() == count, "a tensor of shape ", value.sizes(), " and type ", type, " has ",
      value.nbytes(), " bytes, not ", count);
    if (count > 0) memcpy(value.data_ptr(), bytes, count);
    *out = ctorch::handle(std::move(value));
  });
}

ct_message ct_tensor_copy_bytes(const ct_tensor *tensor, void *bytes, size_t count) {
  return ctorch::guarded([&] {
    auto value = tensor->value.detach().to(at::kCPU).resolve_conj().resolve_neg().contiguous();
    TORCH_CHECK(
      value.nbytes() == count, "a tensor of shape ", value.sizes(), " has ", value.nbytes(),
      " bytes, not ", count);
    if (count > 0) memcpy(bytes, value.data_ptr(), count);
  });
}

ct_message ct_tensor_item(const ct_tensor *tensor, double *out) {
  return ctorch::guarded([&] { *out = tensor->value.item<double>(); });
}

void ct_tensor_free(ct_tensor *tensor) noexcept { delete tensor; }

size_t ct_tensor_rank(const ct_tensor *tensor) noexcept { return tensor->value.dim(); }

int64_t ct_tensor_size(const ct_tensor *tensor, size_t dimension) noexcept {
  return tensor->value.sizes()[dimension];
}

int ct_tensor_dtype(const ct_tensor *tensor) noexcept {
  return static_cast<int>(tensor->value.scalar_type());
}

bool ct_tensor_requires_grad(const ct_tensor *tensor) noexcept { return tensor->value.requires_grad(); }

bool ct_tensor_same(const ct_tensor *first, const ct_tensor *second) noexcept {
  const auto &a = first->value;
  const auto &b = second->value;
  return a.numel() > 0 && a.is_alias_of(b) && a.storage_offset() == b.storage_offset() &&
         a.sizes() == b.sizes() && a.strides() == b.strides();
}

ct_message ct_tensor_leaf(const ct_tensor *tensor, bool requires_grad, ct_tensor **out) {
  return ctorch::guarded([&] {
    auto leaf = tensor->value.detach();
    leaf.set_requires_grad(requires_grad);
    *out = ctorch::handle(std::move(leaf));
  });
}
