#pragma once
// A language's sample program, run the plain way: what starting its interpreter takes here.

#include <optional>
#include <string>
#include <vector>

#include "bench/model/measurements.h"
#include "config/config.h"
#include "supervisor/languages/runtime_manifest.h"

namespace brood::bench {

// The manifests of this installation, where its supervisor looks for them.
std::vector<supervisor::RuntimeManifest> installedManifests(const SupervisorConfig& supervisor);

class NativeSample {
 public:
  // Writes the program into `folder`, an empty one, and compiles it where the language does that.
  // The manifest has a sample.
  NativeSample(const supervisor::RuntimeManifest& manifest, const std::string& folder);

  // A new process of the manifest's run command: one sample.
  void measure(LatencySeries& series) const;

 private:
  std::vector<std::string> filledIn(const std::vector<std::string>& command) const;
  void compile() const;

  const supervisor::RuntimeManifest& manifest_;
  std::string folder_;
  std::vector<std::string> runCommand_;
};

}  // namespace brood::bench
