#pragma once
// Tells zygotes about the configured techniques.

#include "base/policy/techniques.h"
#include "rpc/wire/zygote.capnp.h"

namespace brood::supervisor {

inline void fillTechniques(wire::Techniques::Builder request, const Techniques& techniques) {
  request.setTouchPages(techniques.touchPages);
  request.setHugePages(techniques.hugePages);
  request.setReuseNetworks(techniques.reuseNetworks);
  request.setJoinMappings(techniques.joinMappings);
  request.setFillHoles(techniques.fillHoles);
  request.setPrimeIdle(techniques.primeIdle);
}

}  // namespace brood::supervisor
