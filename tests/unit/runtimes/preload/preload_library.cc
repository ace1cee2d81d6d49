#include "tests/unit/runtimes/preload/preload_library.h"

#include <dlfcn.h>
#include <kj/debug.h>

#include <string_view>

namespace brood {
namespace {

template <typename Function>
void find(void* library, const char* name, Function& function) {
  void* found = ::dlsym(library, name);
  KJ_REQUIRE(found != nullptr, "not in the library", name);
  // dlsym searches what the library needs, too.
  Dl_info info;
  KJ_REQUIRE(::dladdr(found, &info) != 0 && std::string_view(info.dli_fname) == BROOD_PRELOAD,
             "not the library's own", name, info.dli_fname);
  function = reinterpret_cast<Function>(found);
}

PreloadLibrary load() {
  void* library = ::dlopen(BROOD_PRELOAD, RTLD_NOW | RTLD_LOCAL);
  KJ_REQUIRE(library != nullptr, ::dlerror());
  PreloadLibrary functions;
  find(library, "getifaddrs", functions.getifaddrs);
  find(library, "freeifaddrs", functions.freeifaddrs);
  find(library, "if_nameindex", functions.ifNameindex);
  find(library, "if_freenameindex", functions.ifFreenameindex);
  find(library, "inotify_init", functions.inotifyInit);
  find(library, "inotify_init1", functions.inotifyInit1);
  find(library, "inotify_add_watch", functions.inotifyAddWatch);
  find(library, "inotify_rm_watch", functions.inotifyRmWatch);
  return functions;
}

}  // namespace

const PreloadLibrary& preloadLibrary() {
  static const PreloadLibrary library = load();
  return library;
}

}  // namespace brood
