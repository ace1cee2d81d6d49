#pragma once
// HTTPS: connections are encrypted before they are anything else.

#include <kj/async-io.h>
#include <kj/compat/tls.h>
#include <kj/timer.h>

#include <string>

#include "gateway/http/connection.h"

namespace brood::gateway {

class TlsFront {
 public:
  // The timer is borrowed. A client that has not finished its handshake in time is let go.
  TlsFront(kj::Timer& timer, kj::Duration handshakeTime)
      : timer_(timer), handshakeTime_(handshakeTime) {}
  KJ_DISALLOW_COPY(TlsFront);

  // For connections from now on; those that are there keep what they began with. With authorities
  // a client needs a certificate that one of them has signed. Returns what is wrong with it, and
  // then changes nothing; empty if nothing is.
  std::string load(const std::string& chainPem, const std::string& keyPem,
                   const std::string& clientAuthoritiesPem = {});

  // Resolves once the handshake is done. Needs something loaded.
  kj::Promise<SecuredStream> accept(kj::Own<kj::AsyncIoStream> stream);

 private:
  kj::Timer& timer_;
  const kj::Duration handshakeTime_;
  kj::Maybe<kj::Own<kj::TlsContext>> context_;
  bool asksForCertificates_ = false;
};

}  // namespace brood::gateway
