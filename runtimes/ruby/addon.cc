// Loaded by park.rb into a parked Ruby: its end of the worker's channel.

#include <kj/debug.h>
#include <kj/exception.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtimes/interface/parked_channel.h"
#include "runtimes/ruby/ruby_api.h"

namespace brood {
namespace {

VALUE toText(kj::StringPtr text) {
  return rb_utf8_str_new(text.begin(), static_cast<long>(text.size()));
}

VALUE toArray(std::initializer_list<VALUE> values) {
  VALUE array = rb_ary_new();
  for (VALUE value : values) rb_ary_push(array, value);
  return array;
}

VALUE toArray(const JobSpec& job) {
  VALUE args = rb_ary_new();
  for (kj::StringPtr argument : job.args) rb_ary_push(args, toText(argument));
  VALUE variables = rb_ary_new();
  for (const JobEnvVar& variable : job.env) {
    rb_ary_push(variables, toArray({toText(variable.name), toText(variable.value)}));
  }
  VALUE source = rb_str_new(job.source.asChars().begin(), static_cast<long>(job.source.size()));
  return toArray({source, toText(job.sourcePath), args, variables});
}

VALUE takeJobOrThrow() {
  auto taken = takeParkedJob();
  KJ_IF_MAYBE (job, taken) return toArray(*job);
  return rb_ary_new();
}

// take_job: says that this process is ready, blocks, and returns [source, path, args, env], or []
// if no job will come.
VALUE takeJob(...) {
  char reason[256] = "taking the job failed";
  try {
    return takeJobOrThrow();
  } catch (const kj::Exception& exception) {
    ::strncpy(reason, exception.getDescription().cStr(), sizeof(reason) - 1);
  } catch (...) {
  }
  // Ruby leaves by a longjmp, which must not pass by anything that is to be destroyed.
  rb_raise(rb_eRuntimeError, "%s", reason);
}

}  // namespace
}  // namespace brood

extern "C" [[gnu::visibility("default")]] void Init_brood_ruby() {
  rb_define_singleton_method(rb_define_module("BroodRuby"), "take_job", &brood::takeJob, 0);
}
