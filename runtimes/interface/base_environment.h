#pragma once
// The environment every job starts with, in every language.

#include <kj/array.h>
#include <kj/string.h>
#include <kj/vector.h>

#include "runtimes/interface/runtime.h"

namespace brood {

struct BaseEnvVar {
  const char* name;
  const char* value;
};

inline constexpr BaseEnvVar kBaseEnvironment[] = {
    {"PATH", "/usr/local/bin:/usr/bin:/bin"},
    {"HOME", "/workspace"},
    {"USER", "sandbox"},
    {"LANG", "C.UTF-8"},
    {"TMPDIR", "/tmp"},
    {"PWD", "/workspace"},
};

// "NAME=value" for each variable of the job: its own win over the base, the last of equals wins.
inline kj::Vector<kj::String> jobEnvironment(kj::ArrayPtr<const JobEnvVar> own) {
  kj::Vector<kj::String> result;
  auto isSetBelow = [&](kj::StringPtr name, size_t from) {
    for (size_t i = from; i < own.size(); ++i) {
      if (own[i].name == name) return true;
    }
    return false;
  };
  for (const BaseEnvVar& base : kBaseEnvironment) {
    if (!isSetBelow(base.name, 0)) result.add(kj::str(base.name, '=', base.value));
  }
  for (size_t i = 0; i < own.size(); ++i) {
    if (!isSetBelow(own[i].name, i + 1)) result.add(kj::str(own[i].name, '=', own[i].value));
  }
  return result;
}

}  // namespace brood
