#pragma once
// The system that is measured: a running one, or one of our own for as long as we live.

#include <optional>
#include <string>

#include "bench/system/interrupt.h"
#include "bench/system/options.h"
#include "cli/service/served_process.h"
#include "cli/terminal/line_reader.h"
#include "config/config.h"

namespace brood::bench {

// A directory that only we use; removed with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Settings of a system of our own besides its own directory, port, ids and cgroup.
struct OwnSettings {
  bool parksAllLanguages = false;  // A profile for each language that has something to park.
  bool hasTypicalPandas = false;   // A profile whose typical job uses numpy and pandas.
  bool hasSessions = false;        // And the zygote that their contexts come from.
  std::string toml{};
  std::string warmUp{};  // A script for the zygote of the default profile.
};

constexpr char kTypicalPandasProfile[] = "pandas";

// `brood serve` with its own runtime directory, port, host ids and cgroup.
class OwnSystem {
 public:
  // Returns once it listens.
  OwnSystem(UvAsyncIo& io, const Interrupt& interrupt, const OwnSettings& settings);
  // Ends it and waits until it has ended.
  ~OwnSystem() noexcept(false);
  KJ_DISALLOW_COPY(OwnSystem);

  std::string socketPath() const { return directory_.path() + "/run/brood.sock"; }
  const std::string& httpAddress() const { return httpAddress_; }

 private:
  kj::Promise<void> untilListening();
  kj::Promise<void> drainOutput();

  UvAsyncIo& io_;
  TemporaryDirectory directory_;
  cli::ServedProcess serve_;
  cli::LineReader lines_;
  std::string httpAddress_;
  kj::Promise<void> draining_ = kj::READY_NOW;
};

// For a system of our own; no other's.
std::string ownCgroupName();

// As the environment and the usual files have it.
Config configOfRunningSystem();

class BenchSystem {
 public:
  // `settings`: of one of our own. Throws cli::CliError when the one that was asked for is not
  // there.
  BenchSystem(UvAsyncIo& io, const Interrupt& interrupt, const Options& options,
              const OwnSettings& settings);

  const std::string& socketPath() const { return socketPath_; }
  // Nothing if no gateway answers.
  const std::optional<std::string>& httpAddress() const { return httpAddress_; }
  bool isOurOwn() const { return own_.has_value(); }

 private:
  std::optional<OwnSystem> own_;
  std::string socketPath_;
  std::optional<std::string> httpAddress_;
};

}  // namespace brood::bench
