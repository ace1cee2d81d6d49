#include "egress/broker/trust_store.h"

#include <gtest/gtest.h>
#include <kj/debug.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace brood::egress {
namespace {

// Issued by nobody; its key is not kept.
constexpr const char* kCertificate = R"(
-----BEGIN CERTIFICATE-----
MIIBdjCCAR2gAwIBAgIUUYzR/N4dlQK4u+//u8MJSdiUUtswCgYIKoZIzj0EAwIw
EDEOMAwGA1UEAwwFdGVzdHMwIBcNMjYxMTI5MDcxNzQyWhgPMjEyNjExMDUwNzE3
NDJaMBAxDjAMBgNVBAMMBXRlc3RzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
Q9j8uS4UWsKjqTy+ZAAwq1dhImfqKL05wvPxvlcV/hQ/mG7LGVjAqIx+pXgoLsv/
1fPjXX0H+HGxUvkp/uH6/6NTMFEwHQYDVR0OBBYEFA13/WCtZ1ZXRSOBv/75Vpfi
F+SXMB8GA1UdIwQYMBaAFA13/WCtZ1ZXRSOBv/75VpfiF+SXMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgH6k+xc7PmHysxXnMYRQ/IyPI5eOj9cBY
XR9YvpvzwSACICAgBp7/EvOf5oBfC4GCwdM5RsqbOkf6aRSSd0vtztyj
-----END CERTIFICATE-----
)";

class TrustStoreTest : public testing::Test {
 protected:
  TrustStoreTest()
      : path(std::filesystem::temp_directory_path() /
             ("brood-trust-" + std::to_string(::getpid()) + ".pem")) {}
  ~TrustStoreTest() override { std::filesystem::remove(path); }

  bool isRead(const std::string& content) {
    std::ofstream(path) << content;
    return kj::runCatchingExceptions([&] { readTrustStore(path.string()); }) == nullptr;
  }

  const std::filesystem::path path;
};

TEST_F(TrustStoreTest, ReadsOneCertificateAfterTheOther) {
  EXPECT_TRUE(isRead(kCertificate));
  EXPECT_TRUE(isRead(std::string("# comment\n") + kCertificate + kCertificate));
}

TEST_F(TrustStoreTest, LeavesOutWhatCannotBeRead) {
  const std::string broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_TRUE(isRead(broken + kCertificate));
  EXPECT_FALSE(isRead(broken));
}

TEST_F(TrustStoreTest, IsNotEmpty) {
  EXPECT_FALSE(isRead("nothing"));
  EXPECT_NE(kj::runCatchingExceptions([] { readTrustStore("/nowhere.pem"); }), nullptr);
}

}  // namespace
}  // namespace brood::egress
