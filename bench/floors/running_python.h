#pragma once
// An interpreter that is there, has run such code before, and is asked now and then.

#include <cstdint>
#include <string>

#include "bench/floors/helper_process.h"

namespace brood::bench {

class RunningPython {
 public:
  // `python`: path of the interpreter.
  explicit RunningPython(const std::string& python);

  // How many nanoseconds it took there to compile, run and flush `code`, which prints something;
  // by its own clock, without the way there and back. Throws when there is no answer.
  uint64_t measure(const std::string& code) const;

 private:
  HelperProcess python_;
};

}  // namespace brood::bench
