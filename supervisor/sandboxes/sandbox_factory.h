#pragma once
// The one place that knows which kind of sandbox this host gets: of namespaces, or a directory.

#include <string>

#include "supervisor/isolation/shared_host.h"
#include "supervisor/sandboxes/sandbox.h"

namespace brood::supervisor {

class SandboxFactory {
 public:
  // `sharedHost` is borrowed.
  explicit SandboxFactory(const SharedHost& sharedHost) : sharedHost_(sharedHost) {}

  // The directory of a sandbox to be; empty where namespaces make one.
  std::string newPlace() const { return sharedHost_.isUsed() ? sharedHost_.newPlace() : ""; }
  // Throws if what has been built is not there any more. `place` is what it was built with.
  kj::Own<Sandbox> make(SandboxParts parts, std::string place) const;

 private:
  const SharedHost& sharedHost_;
};

}  // namespace brood::supervisor
