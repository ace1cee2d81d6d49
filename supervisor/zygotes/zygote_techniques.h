#pragma once
// What zygotes are told of the configured techniques.

#include "rpc/techniques.h"
#include "rpc/zygote.capnp.h"

namespace brood {

inline void fillTechniques(wire::Techniques::Builder request, const Techniques& techniques) {
  request.setTouchPages(techniques.touchPages);
  request.setHugePages(techniques.hugePages);
  request.setFreezeHeap(techniques.freezeHeap);
  request.setReuseNetworks(techniques.reuseNetworks);
  request.setJoinMappings(techniques.joinMappings);
  request.setFillHoles(techniques.fillHoles);
  request.setPrimeIdle(techniques.primeIdle);
}

}  // namespace brood
