#include "Boundary.h"

#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/functorch/DynamicLayer.h>

// functorch's level stack, as Python's vmap uses it: levels are opened and closed in order, and a
// wrapped tensor belongs to one of them.

// Levels that this thread has open.
static thread_local int64_t open_levels = 0;

ct_message ct_vmap_push(int64_t batch_size, int64_t *level) {
  return ctorch::guarded([&] {
    *level = at::functorch::initAndPushDynamicLayer(
      at::functorch::TransformType::Vmap, batch_size, at::functorch::RandomnessType::Different);
    open_levels++;
  });
}

ct_message ct_vmap_pop(void) {
  return ctorch::guarded([&] {
    TORCH_CHECK(open_levels > 0, "this thread has no vmap level open");
    open_levels--;
    at::functorch::popDynamicLayerAndDeleteMetadata();
  });
}

ct_message ct_vmap_wrap(const ct_tensor *tensor, int64_t level, ct_tensor **out) {
  return ctorch::guarded(
    [&] { *out = ctorch::handle(at::functorch::addBatchDim(tensor->value, 0, level)); });
}

ct_message ct_vmap_unwrap(
  const ct_tensor *tensor, int64_t level, int64_t batch_size, ct_tensor **out) {
  return ctorch::guarded([&] {
    const auto *batched = at::functorch::maybeGetBatchedImpl(tensor->value);
    if (batched != nullptr && batched->level() == level) {
      *out = ctorch::handle(batched->value().movedim(batched->bdim(), 0));
      return;
    }
    // The result does not depend on the member: every member has the same.
    std::vector<int64_t> shape = {batch_size};
    for (auto size : tensor->value.sizes()) shape.push_back(size);
    *out = ctorch::handle(tensor->value.unsqueeze(0).expand(shape));
  });
}
