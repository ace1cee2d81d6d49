#include "gateway/entry/tls_front.h"

#include <kj/debug.h>
#include <kj/vector.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "base/plain_text.h"

namespace brood::gateway {
namespace {

template <auto free>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};

std::unique_ptr<BIO, Freed<&BIO_free>> reader(const std::string& text) {
  return std::unique_ptr<BIO, Freed<&BIO_free>>(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A daemon is not asked for a password at its terminal.
int noPassword(char*, int, int, void*) { return 0; }

// OpenSSL takes a key of another certificate without a word, and then shows none to clients.
void requireFitting(const std::string& chainPem, const std::string& keyPem) {
  const auto chain = reader(chainPem), key = reader(keyPem);
  const std::unique_ptr<X509, Freed<&X509_free>> certificate(
      PEM_read_bio_X509(chain.get(), nullptr, &noPassword, nullptr));
  const std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>> privateKey(
      PEM_read_bio_PrivateKey(key.get(), nullptr, &noPassword, nullptr));
  KJ_REQUIRE(certificate != nullptr, "there is no certificate");
  KJ_REQUIRE(privateKey != nullptr, "there is no private key that can be read without a password");
  KJ_REQUIRE(X509_check_private_key(certificate.get(), privateKey.get()) == 1,
             "the private key is not the certificate's");
}

// One after the other: KJ takes what follows a certificate for its chain.
kj::Array<kj::TlsCertificate> certificatesIn(const std::string& pem) {
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  kj::Vector<kj::TlsCertificate> certificates;
  size_t start = 0;
  for (size_t end; (end = pem.find(kEnd, start)) != std::string::npos; start = end) {
    end += kEnd.size();
    certificates.add(kj::StringPtr(pem.substr(start, end - start).c_str()));
  }
  KJ_REQUIRE(!certificates.empty(), "there is no certificate of an authority");
  return certificates.releaseAsArray();
}

}  // namespace

std::string TlsFront::load(const std::string& chainPem, const std::string& keyPem,
                           const std::string& clientAuthoritiesPem) try {
  requireFitting(chainPem, keyPem);
  kj::TlsKeypair pair{kj::TlsPrivateKey(kj::StringPtr(keyPem.c_str())),
                      kj::TlsCertificate(kj::StringPtr(chainPem.c_str()))};
  kj::TlsContext::Options options;
  // A certificate of a public authority says nothing about our clients.
  options.useSystemTrustStore = false;
  options.defaultKeypair = pair;
  options.timer = timer_;
  options.acceptTimeout = handshakeTime_;
  kj::Array<kj::TlsCertificate> authorities;
  if (!clientAuthoritiesPem.empty()) {
    authorities = certificatesIn(clientAuthoritiesPem);
    options.verifyClients = true;
    options.trustedCertificates = authorities;
  }
  context_ = kj::heap<kj::TlsContext>(kj::mv(options));
  asksForCertificates_ = authorities.size() > 0;
  return "";
} catch (const kj::Exception& exception) {
  return plainText(exception);
}

kj::Promise<SecuredStream> TlsFront::accept(kj::Own<kj::AsyncIoStream> stream) {
  auto& context = *KJ_REQUIRE_NONNULL(context_, "no certificate");
  if (!asksForCertificates_) {
    return context.wrapServer(kj::mv(stream)).then([](kj::Own<kj::AsyncIoStream> secured) {
      return SecuredStream{kj::mv(secured)};
    });
  }
  return context
      .wrapServer(kj::AuthenticatedStream{kj::mv(stream), kj::UnknownPeerIdentity::newInstance()})
      .then([](kj::AuthenticatedStream secured) {
        auto& identity = kj::downcast<kj::TlsPeerIdentity>(*secured.peerIdentity);
        return SecuredStream{kj::mv(secured.stream), identity.getCommonName().cStr()};
      });
}

}  // namespace brood::gateway
