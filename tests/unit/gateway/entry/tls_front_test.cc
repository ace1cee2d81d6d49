#include "gateway/entry/tls_front.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "rpc/loop/uv_io.h"

namespace brood::gateway {
namespace {

struct Pair {
  std::string chain, key;
};

std::string contentOf(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<size_t>(size)};
}

// A certificate of this name that has signed itself.
Pair newPair(const char* owner = "localhost") {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(owner), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const std::unique_ptr<BIO, int (*)(BIO*)> chain(BIO_new(BIO_s_mem()), &BIO_free);
  const std::unique_ptr<BIO, int (*)(BIO*)> secret(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_X509(chain.get(), certificate.get());
  PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {contentOf(chain.get()), contentOf(secret.get())};
}

class TlsFrontTest : public testing::Test {
 protected:
  ~TlsFrontTest() noexcept override = default;

  // Returns what a client that trusts this certificate reads; it has one of its own if `own` is not
  // null.
  std::string greetedBy(TlsFront& front, const Pair& trusted, const Pair* own = nullptr) {
    auto pipe = io_.provider().newTwoWayPipe();
    auto served = front.accept(kj::mv(pipe.ends[0]))
                      .then([this](SecuredStream secured) {
                        name_ = secured.certificate;
                        auto written = secured.stream->write("hello", 5);
                        return written.attach(kj::mv(secured.stream));
                      })
                      .eagerlyEvaluate(nullptr);
    kj::TlsCertificate certificate(kj::StringPtr(trusted.chain.c_str()));
    kj::TlsContext::Options options;
    options.useSystemTrustStore = false;
    options.trustedCertificates = kj::arrayPtr(&certificate, 1);
    kj::Maybe<kj::TlsKeypair> pair;
    if (own != nullptr) {
      pair = kj::TlsKeypair{kj::TlsPrivateKey(kj::StringPtr(own->key.c_str())),
                            kj::TlsCertificate(kj::StringPtr(own->chain.c_str()))};
      KJ_IF_MAYBE (each, pair) options.defaultKeypair = *each;
    }
    kj::TlsContext client(kj::mv(options));
    auto stream = client.wrapClient(kj::mv(pipe.ends[1]), "localhost").wait(io_.waitScope());
    char text[5];
    stream->read(text, 5).wait(io_.waitScope());
    served.wait(io_.waitScope());
    return {text, 5};
  }

  UvAsyncIo io_;
  std::string name_;  // The client's, as the front has seen it last.
  TlsFront front_{io_.timer(), 60 * kj::SECONDS};
};

TEST_F(TlsFrontTest, SpeaksTls) {
  const Pair pair = newPair();
  EXPECT_EQ(front_.load(pair.chain, pair.key), "");
  EXPECT_EQ(greetedBy(front_, pair), "hello");
}

TEST_F(TlsFrontTest, ANewCertificateIsForNewConnections) {
  const Pair one = newPair(), other = newPair();
  EXPECT_EQ(front_.load(one.chain, one.key), "");
  EXPECT_EQ(front_.load(other.chain, other.key), "");
  EXPECT_EQ(greetedBy(front_, other), "hello");
}

TEST_F(TlsFrontTest, WhatDoesNotFitChangesNothing) {
  const Pair one = newPair(), other = newPair();
  EXPECT_EQ(front_.load(one.chain, one.key), "");
  EXPECT_NE(front_.load(one.chain, other.key), "");
  EXPECT_NE(front_.load("nonsense", one.key), "");
  EXPECT_NE(front_.load("", ""), "");
  EXPECT_EQ(greetedBy(front_, one), "hello");
}

TEST_F(TlsFrontTest, AClientIsNamedByItsCertificate) {
  const Pair pair = newPair(), one = newPair("one.test"), other = newPair("other.test");
  EXPECT_EQ(front_.load(pair.chain, pair.key, one.chain + other.chain), "");
  EXPECT_EQ(greetedBy(front_, pair, &one), "hello");
  EXPECT_EQ(name_, "one.test");
  EXPECT_EQ(greetedBy(front_, pair, &other), "hello");
  EXPECT_EQ(name_, "other.test");
  // Where nobody asks for one, nobody is named.
  EXPECT_EQ(front_.load(pair.chain, pair.key), "");
  EXPECT_EQ(greetedBy(front_, pair, &one), "hello");
  EXPECT_EQ(name_, "");
}

TEST_F(TlsFrontTest, AClientWithoutACertificateOfTheAuthoritysIsRefused) {
  const Pair pair = newPair(), known = newPair("known.test"), strange = newPair("known.test");
  EXPECT_EQ(front_.load(pair.chain, pair.key, known.chain), "");
  for (const Pair* own : {static_cast<const Pair*>(nullptr), &strange}) {
    EXPECT_ANY_THROW(greetedBy(front_, pair, own));
  }
  EXPECT_NE(front_.load(pair.chain, pair.key, "nonsense"), "");
  EXPECT_EQ(greetedBy(front_, pair, &known), "hello");
}

TEST_F(TlsFrontTest, SilenceEndsAHandshake) {
  TlsFront impatient(io_.timer(), 1 * kj::MILLISECONDS);
  const Pair pair = newPair();
  EXPECT_EQ(impatient.load(pair.chain, pair.key), "");
  auto pipe = io_.provider().newTwoWayPipe();
  auto accepted =
      impatient.accept(kj::mv(pipe.ends[0]))
          .then([](SecuredStream) { return false; }, [](kj::Exception&&) { return true; });
  EXPECT_TRUE(accepted.wait(io_.waitScope()));
}

}  // namespace
}  // namespace brood::gateway
