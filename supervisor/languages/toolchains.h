#pragma once
// Which of the executed languages can be used here, and in which version.

#include <map>
#include <string>

#include "supervisor/languages/runtime_manifest.h"

namespace brood::supervisor {

struct Toolchain {
  std::string version;         // Empty: not known.
  std::string whyUnavailable;  // Empty: it can be used.
};

class Toolchains {
 public:
  // A language that nobody has asked about is taken to be there.
  const Toolchain& of(const RuntimeManifest& manifest) const;
  void note(const RuntimeManifest& manifest, Toolchain toolchain);

 private:
  std::map<const RuntimeManifest*, Toolchain> known_;
};

// "5.2.15" of "GNU bash, version 5.2.15(1)-release": the first number with a dot in it, and what is
// written onto it. Empty if there is none.
std::string versionIn(const std::string& text);

}  // namespace brood::supervisor
