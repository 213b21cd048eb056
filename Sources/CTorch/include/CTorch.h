// CTorch owns the boundary to libtorch: opaque handles behind C. It must not know Basin.
//
// Every function that can fail returns NULL when it went well, or a message that the caller frees
// with ct_message_free. No C++ exception crosses this boundary: the functions that return no message
// cannot fail with handles that this library made, and end the process rather than throw.
// Handles are owned by the caller.
//
// Gradient mode and vmap levels belong to the thread that set them: a level is closed by the thread
// that opened it, or refused. Tensors can be read by many threads. A module is used by one thread at
// a time; a second one is refused while the first is in it.

#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CT_SURE noexcept
extern "C" {
#else
#define CT_SURE
#endif

typedef struct ct_tensor ct_tensor;
typedef struct ct_module ct_module;
typedef struct ct_generator ct_generator;
typedef char *ct_message;

void ct_message_free(ct_message message) CT_SURE;

// MARK: Library

/// The version that Basin was compiled against, for instance "1.13.1". Static storage.
const char *ct_version(void) CT_SURE;
/// Threads for one operator, libtorch's and OpenBLAS's own pool alike.
ct_message ct_set_threads(int count);
int ct_threads(void) CT_SURE;
/// Whether operators record gradients on this thread; returns what it was.
bool ct_set_grad_enabled(bool enabled) CT_SURE;
/// Whether a device string such as "cuda" or "cuda:1" can be used here.
bool ct_device_available(const char *device) CT_SURE;

// MARK: Tensors

/// PyTorch's own numbers for scalar types.
enum {
  CT_UINT8 = 0,
  CT_INT8 = 1,
  CT_INT16 = 2,
  CT_INT32 = 3,
  CT_INT64 = 4,
  CT_FLOAT16 = 5,
  CT_FLOAT32 = 6,
  CT_FLOAT64 = 7,
  CT_BOOL = 11,
  CT_BFLOAT16 = 15
};

/// A new CPU tensor with a copy of `count` bytes, contiguous and row-major.
ct_message ct_tensor_from_bytes(
  const void *bytes, size_t count, const int64_t *shape, size_t rank, int dtype, ct_tensor **out);
/// Copies the tensor's elements, row-major, to `count` bytes at `bytes`.
ct_message ct_tensor_copy_bytes(const ct_tensor *tensor, void *bytes, size_t count);
/// The single element of a tensor as a double.
ct_message ct_tensor_item(const ct_tensor *tensor, double *out);
void ct_tensor_free(ct_tensor *tensor) CT_SURE;

size_t ct_tensor_rank(const ct_tensor *tensor) CT_SURE;
int64_t ct_tensor_size(const ct_tensor *tensor, size_t dimension) CT_SURE;
int ct_tensor_dtype(const ct_tensor *tensor) CT_SURE;
bool ct_tensor_requires_grad(const ct_tensor *tensor) CT_SURE;
/// Whether both are the same elements of the same memory, in the same order.
bool ct_tensor_same(const ct_tensor *first, const ct_tensor *second) CT_SURE;
/// A leaf that shares the storage and, where `requires_grad`, records gradients.
ct_message ct_tensor_leaf(const ct_tensor *tensor, bool requires_grad, ct_tensor **out);

// MARK: Operators

typedef enum {
  CT_KIND_NONE,
  CT_KIND_TENSOR,
  CT_KIND_INT,
  CT_KIND_REAL,
  CT_KIND_BOOL,
  CT_KIND_TEXT,
  CT_KIND_DEVICE,
  CT_KIND_INTS,
  CT_KIND_REALS,
  CT_KIND_TENSORS,
  CT_KIND_GENERATOR
} ct_kind;

/// One boxed argument. `items` points to `count` elements of the list kinds.
typedef struct {
  ct_kind kind;
  int64_t integer;
  double real;
  const char *text;
  ct_tensor *tensor;
  ct_generator *generator;
  const void *items;
  size_t count;
} ct_value;

/// Calls any operator through the dispatcher: `name` such as "aten::sum", `overload` such as
/// "dim_IntList" or "". Arguments are positional; missing ones take the schema's defaults.
/// Results (tensors, lists of them, numbers as 0-d tensors) are flattened into `out`, which has
/// room for `capacity` handles; `*count` says how many there are.
ct_message ct_call(
  const char *name, const char *overload, const ct_value *arguments, size_t argument_count,
  ct_tensor **out, size_t capacity, size_t *count);

/// Gradients of the sum of `outputs` (weighted by `grad_outputs` where given) with respect to
/// `inputs`. An input that does not matter gets zeros.
ct_message ct_grad(
  ct_tensor *const *outputs, ct_tensor *const *grad_outputs, size_t output_count,
  ct_tensor *const *inputs, size_t input_count, bool retain_graph, bool create_graph,
  ct_tensor **out);

// MARK: Random numbers

/// Seeds the default generator of every device, which operators without one draw from.
ct_message ct_seed(uint64_t seed);
/// The state of a device's default generator, as bytes: another after every draw.
ct_message ct_draw_state(const char *device, ct_tensor **out);
ct_message ct_generator_new(uint64_t seed, ct_generator **out);
void ct_generator_free(ct_generator *generator) CT_SURE;

// MARK: vmap

/// Opens a vmap level over `batch_size` members; `*level` names it. Levels nest and are closed by
/// ct_vmap_pop, whatever happened in between.
ct_message ct_vmap_push(int64_t batch_size, int64_t *level);
ct_message ct_vmap_pop(void);
/// Marks dimension 0 of `tensor` as the members' dimension at `level`.
ct_message ct_vmap_wrap(const ct_tensor *tensor, int64_t level, ct_tensor **out);
/// The opposite: dimension 0 of the result runs over the members.
ct_message ct_vmap_unwrap(
  const ct_tensor *tensor, int64_t level, int64_t batch_size, ct_tensor **out);

// MARK: TorchScript modules

/// An empty module, in training mode until told otherwise.
ct_message ct_module_new(ct_module **out);
/// Loads the content of a TorchScript file. This runs code in it: only after the user said so.
ct_message ct_module_load(const void *bytes, size_t count, ct_module **out);
void ct_module_free(ct_module *module) CT_SURE;
/// Registers a parameter or a buffer under a dotted path; submodules are made as needed.
ct_message ct_module_register(
  ct_module *module, const char *path, const ct_tensor *tensor, bool is_parameter);
/// Compiles TorchScript source (`def forward(self, x): …`) into the module.
ct_message ct_module_define(ct_module *module, const char *source);
/// How many parameters (or buffers) the module has, itself and below.
ct_message ct_module_count(const ct_module *module, bool parameters, size_t *out);
/// The dotted path of one of them, to be freed with ct_message_free, and its tensor.
ct_message ct_module_get(
  const ct_module *module, bool parameters, size_t index, char **path, ct_tensor **out);
/// Puts another tensor in the place of a parameter or buffer.
ct_message ct_module_set(ct_module *module, const char *path, const ct_tensor *tensor);
ct_message ct_module_train(ct_module *module, bool training);
ct_message ct_module_forward(ct_module *module, const ct_tensor *input, ct_tensor **out);
/// The same for any method of one tensor.
ct_message ct_module_call(
  ct_module *module, const char *method, const ct_tensor *input, ct_tensor **out);

#ifdef __cplusplus
}
#endif
#endif
