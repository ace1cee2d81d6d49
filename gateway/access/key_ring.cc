#include "gateway/access/key_ring.h"

#include <cstring>

namespace brood::gateway {
namespace {

KeyEntry entryOf(std::string_view oneKey) {
  KeyEntry entry;
  entry.id = "k_environment";
  entry.tenant = "default";
  entry.digest = sha256(oneKey);
  entry.scopes = {true, true, true};
  return entry;
}

}  // namespace

size_t KeyRing::FirstBytes::operator()(const Sha256& digest) const {
  size_t first;
  std::memcpy(&first, digest.data(), sizeof(first));
  return first;
}

KeyRing::KeyRing(KeyFile file, const std::optional<std::string>& oneKey) : file_(std::move(file)) {
  if (oneKey) file_.keys.push_back(entryOf(*oneKey));
  for (size_t i = 0; i < file_.keys.size(); ++i) {
    const KeyEntry& key = file_.keys[i];
    if (key.certificate.empty()) {
      byDigest_.emplace(key.digest, i);
    } else {
      byCertificate_.emplace(key.certificate, i);
    }
  }
}

KeyRing::Found KeyRing::find(std::string_view key, UnixMillis now) const {
  const auto found = byDigest_.find(sha256(key));
  return found == byDigest_.end() ? Found() : judge(found->second, now);
}

KeyRing::Found KeyRing::findCertificate(const std::string& commonName, UnixMillis now) const {
  const auto found = byCertificate_.find(commonName);
  return found == byCertificate_.end() ? Found() : judge(found->second, now);
}

KeyRing::Found KeyRing::judge(size_t index, UnixMillis now) const {
  const KeyEntry& entry = file_.keys[index];
  if (entry.revoked) return {KeyVerdict::revoked, &entry};
  if (entry.expires && *entry.expires <= now) return {KeyVerdict::expired, &entry};
  return {KeyVerdict::good, &entry};
}

}  // namespace brood::gateway
