#include "egress/broker/trust_store.h"

#include <kj/debug.h>
#include <kj/vector.h>

#include <fstream>
#include <iterator>

namespace brood::egress {
namespace {

constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

kj::Vector<kj::TlsCertificate> readCertificates(const std::string& path) {
  std::ifstream file(path);
  KJ_REQUIRE(file.good(), "cannot read the certificates", path.c_str());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  kj::Vector<kj::TlsCertificate> certificates;
  size_t begin = 0;
  for (size_t end; (end = text.find(kEnd, begin)) != std::string::npos; begin = end) {
    end += kEnd.size();
    const std::string one = text.substr(begin, end - begin);
    KJ_IF_MAYBE (unreadable, kj::runCatchingExceptions([&] {
                   certificates.add(kj::TlsCertificate(kj::StringPtr(one.c_str(), one.size())));
                 })) {
      (void)unreadable;
    }
  }
  KJ_REQUIRE(certificates.size() > 0, "no certificates in the file", path.c_str());
  return certificates;
}

}  // namespace

kj::Own<kj::TlsContext> readTrustStore(const std::string& path) {
  const auto certificates = readCertificates(path);
  kj::TlsContext::Options options;
  options.useSystemTrustStore = false;
  options.trustedCertificates = certificates.asPtr();
  return kj::heap<kj::TlsContext>(options);
}

}  // namespace brood::egress
