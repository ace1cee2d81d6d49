#pragma once
// Environment variables that Python reads when it starts, which a warm interpreter has done.

#include "runtimes/interface/runtime.h"

#include <kj/common.h>

namespace brood {

// The first of the job's variables that would have had an effect by now and cannot get it any more:
// it needs an interpreter that starts with it. Null: there is none.
kj::Maybe<kj::StringPtr> missedAtStart(kj::ArrayPtr<const JobEnvVar> variables);

// The value that counts, if the job sets this one to anything.
kj::Maybe<kj::StringPtr> valueOf(kj::ArrayPtr<const JobEnvVar> variables, kj::StringPtr name);

// Becomes `python3 -u PATH ARGUMENTS`, in the environment as it is. Throws where that cannot be.
[[noreturn]] void becomeFreshInterpreter(const JobSpec& job);

}  // namespace brood
