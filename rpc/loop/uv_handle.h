#pragma once
// Ownership of libuv handles. Only for the sources of this folder.

#include <kj/debug.h>
#include <uv.h>

#include <memory>

namespace brood {

// Throws for a negative libuv result. Never call it from a libuv callback.
inline void requireUv(int result, const char* call) {
  KJ_REQUIRE(result >= 0, call, uv_strerror(result));
}

// libuv closes asynchronously, so a handle's memory outlives its owner until the loop's next turn.
// After uv_close() no callback but the closing one runs: `data` may dangle.
struct UvHandleCloser {
  template <typename Handle>
  void operator()(Handle* handle) const noexcept {
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) noexcept { delete reinterpret_cast<Handle*>(closed); });
  }
};

template <typename Handle>
using UvHandle = std::unique_ptr<Handle, UvHandleCloser>;

// A handle set up by `init(handle)`. A handle that failed to initialise must not be uv_close()d.
template <typename Handle, typename Init>
UvHandle<Handle> newUvHandle(const char* call, void* data, Init&& init) {
  auto handle = std::make_unique<Handle>();
  requireUv(init(handle.get()), call);
  handle->data = data;
  return UvHandle<Handle>(handle.release());
}

}  // namespace brood
