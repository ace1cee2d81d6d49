#pragma once
// Declares the part of Node-API that the addon uses; its binary interface is stable over all
// versions of Node.
//
// Declared here, as nodejs.org/api/n-api.html has them, so that building needs no Node.

#include <cstddef>
#include <cstdint>

extern "C" {

using napi_env = struct napi_env__*;
using napi_value = struct napi_value__*;
using napi_callback_info = struct napi_callback_info__*;
using napi_callback = napi_value (*)(napi_env, napi_callback_info);
using napi_threadsafe_function = struct napi_threadsafe_function__*;
using napi_status = int;  // 0: ok.

napi_status napi_create_function(napi_env env, const char* name, size_t length,
                                 napi_callback callback, void* data, napi_value* result);
napi_status napi_get_cb_info(napi_env env, napi_callback_info info, size_t* argc, napi_value* argv,
                             napi_value* self, void** data);
napi_status napi_set_named_property(napi_env env, napi_value object, const char* name,
                                    napi_value value);
napi_status napi_set_element(napi_env env, napi_value object, uint32_t index, napi_value value);
napi_status napi_create_object(napi_env env, napi_value* result);
napi_status napi_create_array_with_length(napi_env env, size_t length, napi_value* result);
napi_status napi_create_string_utf8(napi_env env, const char* text, size_t length,
                                    napi_value* result);
napi_status napi_create_buffer_copy(napi_env env, size_t length, const void* data, void** copy,
                                    napi_value* result);
napi_status napi_get_boolean(napi_env env, bool value, napi_value* result);
napi_status napi_get_buffer_info(napi_env env, napi_value value, void** data, size_t* length);
napi_status napi_get_null(napi_env env, napi_value* result);
napi_status napi_throw_error(napi_env env, const char* code, const char* message);
napi_status napi_get_global(napi_env env, napi_value* result);
napi_status napi_call_function(napi_env env, napi_value self, napi_value function, size_t argc,
                               const napi_value* argv, napi_value* result);
napi_status napi_is_exception_pending(napi_env env, bool* result);
napi_status napi_get_and_clear_last_exception(napi_env env, napi_value* result);

using napi_finalize = void (*)(napi_env env, void* data, void* hint);
using napi_threadsafe_function_call_js = void (*)(napi_env env, napi_value callback, void* context,
                                                  void* data);
napi_status napi_create_threadsafe_function(napi_env env, napi_value function, napi_value resource,
                                            napi_value resourceName, size_t maxQueueSize,
                                            size_t initialThreadCount, void* finalizeData,
                                            napi_finalize finalize, void* context,
                                            napi_threadsafe_function_call_js callJs,
                                            napi_threadsafe_function* result);
// 0: does not block.
napi_status napi_call_threadsafe_function(napi_threadsafe_function function, void* data, int mode);
napi_status napi_unref_threadsafe_function(napi_env env, napi_threadsafe_function function);
napi_status napi_get_uv_event_loop(napi_env env, struct uv_loop_s** loop);

void uv_update_time(struct uv_loop_s* loop);

}  // extern "C"
