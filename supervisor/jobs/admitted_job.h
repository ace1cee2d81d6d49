#pragma once
// A job once it is admitted: one value that says all there is to know of it. Names are resolved,
// limits are filled in and within bounds, and no code behind admission looks into the call that the
// job came with.
//
// The program, standard input and the files may be large and are not copied: they stay where the
// caller has them until the promise of the job's end resolves. releaseInput() lets go of them.

#include <kj/array.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/job_limits.h"
#include "rpc/calls/job_trace.h"
#include "rpc/wire/worker.capnp.h"
#include "supervisor/egress/job_network.h"
#include "supervisor/files/glob.h"
#include "supervisor/files/input_files.h"
#include "supervisor/pools/profiles.h"

namespace brood::supervisor {

// A worker writes the content into /workspace, and executes the command there unless its zygote has
// the language.
struct Program {
  kj::ArrayPtr<const kj::byte> content;                          // The caller's.
  std::string fileName;                                          // Empty: nothing is written.
  std::vector<std::string> command;                              // The job's arguments follow.
  std::vector<std::pair<std::string, std::string>> environment;  // The last of a name wins.
};

// What a worker of a session is to be, instead of one run of the program.
struct Stay {
  wire::Service service = wire::Service::NOTHING;
  std::string folder = {};         // Where it starts; empty: /workspace.
  uint16_t rows = 0, columns = 0;  // Not 0: its standard streams are a terminal of that size.
};

struct AdmittedJob {
  const RuntimeManifest* language = nullptr;  // nullptr: a program of the supervisor's own.
  std::shared_ptr<Profile> profile;           // nullptr: a language that is executed.
  WarmPool* pool = nullptr;                   // nullptr: a sandbox made ready for this job alone.
  WarmPool* plainPool = nullptr;              // Without network, for the job's compiler.
  std::optional<JobNetwork> network;          // Nothing: loopback alone.
  rpc::StartPolicy startPolicy = rpc::StartPolicy::BEST;
  JobLimits limits;
  std::optional<uint32_t> cpuMillicores;  // Instead of the configured bandwidth.
  bool wantsResults = false;              // The values that it shows, besides its output.
  bool mergesOutput = false;              // Its stderr goes where its stdout goes.
  GlobSet collect;                        // The files to bring back.
  MaybeTrace trace;
  std::optional<Stay> stay;  // Only in a session.

  Program program;
  std::string sourceName;  // The code's name in /workspace; a compiled program has another.
  std::vector<std::string> arguments;
  kj::ArrayPtr<const kj::byte> stdin;  // The caller's.
  std::vector<InputFile> files;        // Their content is the caller's.

  // The job has ended: the caller may take back what it has lent.
  void releaseInput() {
    program.content = nullptr;
    stdin = nullptr;
    files.clear();
  }
};

}  // namespace brood::supervisor
