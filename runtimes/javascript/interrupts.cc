#include "runtimes/javascript/interrupts.h"

#include <dlfcn.h>
#include <errno.h>
#include <kj/debug.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <mutex>

namespace brood {
namespace {

void check(napi_status status) { KJ_REQUIRE(status == 0, "a call into Node failed", status); }

// Beyond Node-API, by the names that all of Node's V8s export.
using IsolateMethod = void (*)(void* isolate);

// One per process, and until it ends.
struct Interrupts {
  void* isolate = nullptr;
  IsolateMethod terminate = nullptr, goOn = nullptr;
  napi_threadsafe_function told = nullptr;
  int eventFd = -1;
  std::mutex mutex;
  bool isRunning = false;
  bool isEnded = false;  // The running function has been told to end.
};

Interrupts* interrupts = nullptr;

void noteSignal(int) {
  const int before = errno;
  const uint64_t one = 1;
  [[maybe_unused]] ssize_t written = ::write(interrupts->eventFd, &one, sizeof(one));
  errno = before;
}

void* watch(void*) {
  for (uint64_t count;;) {
    if (::read(interrupts->eventFd, &count, sizeof(count)) < 0) continue;
    const std::lock_guard<std::mutex> lock(interrupts->mutex);
    if (interrupts->isRunning) {
      interrupts->isEnded = true;
      interrupts->terminate(interrupts->isolate);
    } else {
      napi_call_threadsafe_function(interrupts->told, nullptr, 0);
    }
  }
}

template <typename Function>
Function mustFind(const char* name) {
  void* found = ::dlsym(RTLD_DEFAULT, name);
  KJ_REQUIRE(found != nullptr, "this Node's JavaScript cannot be interrupted", name);
  return reinterpret_cast<Function>(found);
}

}  // namespace

void watchInterrupts(napi_env env, napi_value told) {
  KJ_REQUIRE(interrupts == nullptr, "interrupts are watched already");
  auto made = std::make_unique<Interrupts>();
  made->isolate = mustFind<void* (*)()>("_ZN2v87Isolate10GetCurrentEv")();
  made->terminate = mustFind<IsolateMethod>("_ZN2v87Isolate18TerminateExecutionEv");
  made->goOn = mustFind<IsolateMethod>("_ZN2v87Isolate24CancelTerminateExecutionEv");
  KJ_SYSCALL(made->eventFd = ::eventfd(0, EFD_CLOEXEC));
  napi_value name;
  check(napi_create_string_utf8(env, "interrupts", SIZE_MAX, &name));
  check(napi_create_threadsafe_function(env, told, nullptr, name, 0, 1, nullptr, nullptr, nullptr,
                                        nullptr, &made->told));
  // It keeps no loop alive.
  check(napi_unref_threadsafe_function(env, made->told));
  interrupts = made.release();
  pthread_t thread;
  KJ_REQUIRE(::pthread_create(&thread, nullptr, watch, nullptr) == 0, "no thread for interrupts");
  ::pthread_detach(thread);
  struct sigaction action = {};
  action.sa_handler = noteSignal;
  action.sa_flags = SA_RESTART;
  KJ_SYSCALL(::sigaction(SIGINT, &action, nullptr));
}

bool runInterruptibly(napi_env env, napi_value function) {
  KJ_REQUIRE(interrupts != nullptr, "interrupts are not watched");
  {
    const std::lock_guard<std::mutex> lock(interrupts->mutex);
    interrupts->isRunning = true;
  }
  napi_value global = nullptr, result;
  napi_get_global(env, &global);
  napi_call_function(env, global, function, 0, nullptr, &result);
  const std::lock_guard<std::mutex> lock(interrupts->mutex);
  interrupts->isRunning = false;
  if (!interrupts->isEnded) return false;
  interrupts->isEnded = false;
  interrupts->goOn(interrupts->isolate);
  bool isPending = false;
  napi_is_exception_pending(env, &isPending);
  if (isPending) napi_get_and_clear_last_exception(env, &result);
  return true;
}

}  // namespace brood
