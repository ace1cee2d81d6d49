#pragma once
// Which tenant a key belongs to, now.

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/access/key_file.h"

namespace brood::gateway {

enum class KeyVerdict { good, unknown, expired, revoked };

// The keys of one key file, found by their digests. A ring does not change: a new file makes a new
// one, and what was found in the old one stays as long as somebody holds it.
class KeyRing {
 public:
  // `oneKey`, if there is one, is of the tenant "default" and may do everything.
  explicit KeyRing(KeyFile file, const std::optional<std::string>& oneKey = std::nullopt);

  struct Found {
    KeyVerdict verdict = KeyVerdict::unknown;
    const KeyEntry* entry = nullptr;  // In the ring; null if unknown.
  };
  // Takes the same time for every key that is unknown: what the search looks at is the digest, of
  // which nobody can choose a part, and the comparison is of constant time.
  Found find(std::string_view key, UnixMillis now) const;
  // A client's certificate, which has been verified, by its common name.
  Found findCertificate(const std::string& commonName, UnixMillis now) const;

  const KeyFile& file() const { return file_; }

 private:
  // The digest is as good as random already.
  struct FirstBytes {
    size_t operator()(const Sha256& digest) const;
  };
  struct SameDigest {
    bool operator()(const Sha256& one, const Sha256& other) const {
      return digestsEqual(one, other);
    }
  };

  Found judge(size_t index, UnixMillis now) const;

  KeyFile file_;
  std::unordered_map<std::string, size_t> byCertificate_;
  std::unordered_map<Sha256, size_t, FirstBytes, SameDigest> byDigest_;
};

}  // namespace brood::gateway
