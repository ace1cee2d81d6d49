// Loaded by loader.js into a parked Node: its end of the worker's channel.

#include <dlfcn.h>
#include <kj/debug.h>
#include <kj/exception.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtimes/interface/parked_channel.h"
#include "runtimes/javascript/interrupts.h"
#include "runtimes/javascript/node_api.h"

namespace brood {
namespace {

void check(napi_status status) { KJ_REQUIRE(status == 0, "a call into Node failed", status); }

napi_value toValue(napi_env env, kj::StringPtr text) {
  napi_value value;
  check(napi_create_string_utf8(env, text.begin(), text.size(), &value));
  return value;
}

napi_value toBuffer(napi_env env, kj::ArrayPtr<const kj::byte> bytes) {
  napi_value value;
  check(napi_create_buffer_copy(env, bytes.size(), bytes.begin(), nullptr, &value));
  return value;
}

napi_value toArray(napi_env env, kj::ArrayPtr<const napi_value> values) {
  napi_value array;
  check(napi_create_array_with_length(env, values.size(), &array));
  for (uint32_t i = 0; i < values.size(); ++i) check(napi_set_element(env, array, i, values[i]));
  return array;
}

napi_value toObject(napi_env env, const JobSpec& job) {
  kj::Vector<napi_value> args, variables;
  for (kj::StringPtr argument : job.args) args.add(toValue(env, argument));
  for (const JobEnvVar& variable : job.env) {
    const napi_value pair[] = {toValue(env, variable.name), toValue(env, variable.value)};
    variables.add(toArray(env, pair));
  }
  napi_value object;
  check(napi_create_object(env, &object));
  check(napi_set_named_property(env, object, "source", toBuffer(env, job.source)));
  check(napi_set_named_property(env, object, "sourcePath", toValue(env, job.sourcePath)));
  check(napi_set_named_property(env, object, "args", toArray(env, args)));
  check(napi_set_named_property(env, object, "env", toArray(env, variables)));
  if (job.context == nullptr) return object;
  napi_value isAcknowledged;
  check(napi_get_boolean(env, job.context->acknowledgesResults, &isAcknowledged));
  check(napi_set_named_property(env, object, "acknowledged", isAcknowledged));
  check(napi_set_named_property(env, object, "begun", toBuffer(env, job.context->begun)));
  check(napi_set_named_property(env, object, "folder", toValue(env, job.folder)));
  return object;
}

// Beyond Node-API, by the names that all of Node's V8s export.
using NearHeapLimit = size_t (*)(void* data, size_t currentLimit, size_t initialLimit);
using GetCurrentIsolate = void* (*)();
using AddNearHeapLimitCallback = void (*)(void* isolate, NearHeapLimit callback, void* data);
constexpr const char* kGetCurrentIsolate = "_ZN2v87Isolate10GetCurrentEv";
constexpr const char* kAddNearHeapLimitCallback =
    "_ZN2v87Isolate24AddNearHeapLimitCallbackEPFmPvmmES1_";

// V8 lets garbage pile up in proportion to its heap's limit, which is fixed before the job is
// known. So it starts with a low one, which gives way to what is really in use: how much memory
// there is the cgroup decides.
size_t giveWay(void*, size_t currentLimit, size_t) { return currentLimit + currentLimit / 2; }

void letHeapGrow() {
  auto current = reinterpret_cast<GetCurrentIsolate>(::dlsym(RTLD_DEFAULT, kGetCurrentIsolate));
  auto add =
      reinterpret_cast<AddNearHeapLimitCallback>(::dlsym(RTLD_DEFAULT, kAddNearHeapLimitCallback));
  KJ_REQUIRE(current != nullptr && add != nullptr, "this Node's heap cannot be made to grow");
  add(current(), &giveWay, nullptr);
}

// The loop has not turned while this process was parked, and timers count from its last turn.
void letTimersStartNow(napi_env env) {
  uv_loop_s* loop;
  check(napi_get_uv_event_loop(env, &loop));
  uv_update_time(loop);
}

napi_value takeJobOrThrow(napi_env env) {
  letHeapGrow();
  auto taken = takeParkedJob();
  KJ_IF_MAYBE (job, taken) {
    letTimersStartNow(env);
    return toObject(env, *job);
  }
  napi_value none;
  check(napi_get_null(env, &none));
  return none;
}

// takeJob(): says that this process is ready, blocks, and returns the job or null.
napi_value takeJob(napi_env env, napi_callback_info) noexcept {
  try {
    return takeJobOrThrow(env);
  } catch (const kj::Exception& exception) {
    napi_throw_error(env, nullptr, kj::str(exception.getDescription()).cStr());
  } catch (...) {
    napi_throw_error(env, nullptr, "taking the job failed");
  }
  return nullptr;
}

napi_value onlyArgument(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  check(napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr));
  return argument;
}

// placeInput(buffer): standard input has these bytes from here on, and then ends.
napi_value placeInput(napi_env env, napi_callback_info info) noexcept {
  try {
    size_t size = 0;
    void* data = nullptr;
    check(napi_get_buffer_info(env, onlyArgument(env, info), &data, &size));
    placeParkedInput(kj::arrayPtr(static_cast<const kj::byte*>(data), size));
  } catch (const kj::Exception& exception) {
    napi_throw_error(env, nullptr, kj::str(exception.getDescription()).cStr());
  }
  return nullptr;
}

// onInterrupt(function): calls it in the event loop for each interrupt of what is not run by
// runInterruptibly(function), which returns whether it has been interrupted.
napi_value onInterrupt(napi_env env, napi_callback_info info) noexcept {
  try {
    watchInterrupts(env, onlyArgument(env, info));
  } catch (const kj::Exception& exception) {
    napi_throw_error(env, nullptr, kj::str(exception.getDescription()).cStr());
  }
  return nullptr;
}

napi_value runInterruptiblyFor(napi_env env, napi_callback_info info) noexcept {
  napi_value result = nullptr;
  try {
    const bool isInterrupted = runInterruptibly(env, onlyArgument(env, info));
    check(napi_get_boolean(env, isInterrupted, &result));
  } catch (const kj::Exception& exception) {
    napi_throw_error(env, nullptr, kj::str(exception.getDescription()).cStr());
  }
  return result;
}

void addFunction(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  if (napi_create_function(env, name, SIZE_MAX, callback, nullptr, &function) == 0) {
    napi_set_named_property(env, exports, name, function);
  }
}

}  // namespace
}  // namespace brood

extern "C" [[gnu::visibility("default")]] napi_value napi_register_module_v1(napi_env env,
                                                                             napi_value exports) {
  brood::addFunction(env, exports, "takeJob", &brood::takeJob);
  brood::addFunction(env, exports, "placeInput", &brood::placeInput);
  brood::addFunction(env, exports, "onInterrupt", &brood::onInterrupt);
  brood::addFunction(env, exports, "runInterruptibly", &brood::runInterruptiblyFor);
  return exports;
}
