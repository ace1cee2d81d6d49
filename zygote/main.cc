// A zygote: one runtime, one control socket. Which runtime, and whether slots are built here, is
// decided by what this file is linked with.

#include <kj/debug.h>
#include <kj/exception.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/plain_text.h"
#include "runtimes/interface/runtime.h"
#include "zygote/fork_server.h"
#include "zygote/process/process_hygiene.h"
#include "zygote/slots/slot_service.h"

namespace {

constexpr int kControlFd = 3;

const char* baseName(const char* path) {
  const char* slash = std::strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

}  // namespace

int main(int, char** argv) {
  char name[64] = {};
  std::strncpy(name, baseName(argv[0]), sizeof(name) - 1);
  try {
    brood::zygote::startClean(name, kControlFd, argv);
    auto runtime = brood::makeRuntime();
    auto slotService = brood::zygote::makeSlotService();
    brood::zygote::ForkServer server(kControlFd, *runtime, slotService.get());
    server.serve();
    return EXIT_SUCCESS;
  } catch (const kj::Exception& exception) {
    // The supervisor went away while it was being told something: an end like any other.
    if (exception.getType() == kj::Exception::Type::DISCONNECTED) return EXIT_SUCCESS;
    std::fprintf(stderr, "%s: %s\n", name, brood::plainText(exception).c_str());
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s: %s\n", name, exception.what());
  }
  return EXIT_FAILURE;
}
