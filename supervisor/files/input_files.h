#pragma once
// The files a job is given, and the patterns of those it is to bring back: checked before it runs.

#include <kj/array.h>
#include <kj/one-of.h>

#include <string>
#include <vector>

#include "config/job_limits.h"
#include "rpc/calls/supervisor.capnp.h"
#include "supervisor/base/rejection.h"
#include "supervisor/files/glob.h"

namespace brood::supervisor {

struct InputFile {
  std::string path;
  kj::ArrayPtr<const kj::byte> content;  // Borrowed from the call's parameters.
  bool executable = false;
};

// The content of a job's working directory before its program starts.
struct Workspace {
  std::string sourceFile;  // The program's own name, which no other file may have.
  size_t sourceBytes = 0;
  const JobLimits& limits;
};

// In the order given. Names the field and what it was when a file cannot be there, or not together
// with the others.
kj::OneOf<std::vector<InputFile>, RejectionInfo> checkInputFiles(
    capnp::List<rpc::InputFile>::Reader files, const Workspace& workspace,
    const FilesConfig& config);

kj::OneOf<GlobSet, RejectionInfo> checkPatterns(capnp::List<capnp::Text>::Reader patterns,
                                                const FilesConfig& config);

}  // namespace brood::supervisor
