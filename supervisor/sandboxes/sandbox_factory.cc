#include "supervisor/sandboxes/sandbox_factory.h"

#include "supervisor/sandboxes/directory_sandbox.h"
#include "supervisor/sandboxes/namespace_sandbox.h"

namespace brood::supervisor {

kj::Own<Sandbox> SandboxFactory::make(SandboxParts parts, std::string place) const {
  if (place.empty()) return kj::heap<NamespaceSandbox>(kj::mv(parts));
  return kj::heap<DirectorySandbox>(kj::mv(parts), std::move(place), sharedHost_.countsOnlyOurs());
}

}  // namespace brood::supervisor
