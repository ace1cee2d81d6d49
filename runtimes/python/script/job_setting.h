#pragma once
// Puts a job's surroundings in place, as the kernel and the interpreter's start-up would have.

#include "runtimes/interface/runtime.h"

#include <kj/common.h>

#include <cstdio>
#include <string>

namespace brood {

// The folder of an absolute path.
std::string folderOf(kj::StringPtr path);

// Where a job's source is: the file, and all of the surroundings that follow from its path alone.
class JobPlace {
 public:
  JobPlace() = default;
  ~JobPlace();
  KJ_DISALLOW_COPY(JobPlace);

  // PWD, sys.argv, sys.orig_argv and sys.path[0] of a job without arguments, in the zygote: a
  // worker that is prepared for the same place finds them.
  void expect(kj::StringPtr sourcePath);
  // These, the working directory, and the file, empty and open.
  void prepare(kj::StringPtr sourcePath);
  // Where there is no source: without the file and arguments, and with "" on the search path.
  void leave();
  bool isAt(kj::StringPtr sourcePath) const {
    return file_ != nullptr && sourcePath == path_.c_str();
  }

  // Fills the file, since tracebacks, inspect and multiprocessing read it by its path. Returns it
  // open at its beginning; the caller closes it.
  FILE* writeSource(kj::ArrayPtr<const kj::byte> source);

 private:
  void describe(kj::StringPtr sourcePath);

  std::string path_;  // Empty: as the interpreter started.
  FILE* file_ = nullptr;
};

// These variables, in os.environ and the process's own environment.
void setVariables(kj::ArrayPtr<const JobEnvVar> variables);

// Applies a job's own arguments and environment. For a job at a prepared place.
void applyJobSetting(const JobSpec& job);

}  // namespace brood
