#pragma once
// The key file: its content and its text.
//
//   {
//     "version": 1,
//     "defaults": {"jobs_at_once": 8, "jobs_queued": 64},
//     "tenants": {"acme": {"jobs_per_minute": 600, "maxima": {"memory_bytes": 268435456}}},
//     "keys": [{"id": "k_5f1c...", "tenant": "acme", "sha256": "...", "scopes": ["run"],
//               "created": "2026-11-29T06:19:51Z", "expires": "2027-02-27T06:19:51Z"}]
//   }
//
// JSON, because `brood key` writes it. Nothing in it is a secret that opens anything; it is the
// owner's all the same, for what it says decides who may.

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/utc_time.h"
#include "gateway/access/digest.h"
#include "gateway/access/tenant_limits.h"

namespace brood::gateway {

enum class Scope { run, session, admin };

// The uses of a key. None includes another.
struct Scopes {
  bool run = false;
  bool session = false;
  bool admin = false;

  bool has(Scope scope) const;
  bool operator==(const Scopes&) const = default;
};

const char* scopeName(Scope scope);
// From names, or what is wrong with them.
std::variant<Scopes, std::string> scopesFromNames(const std::vector<std::string>& names);
std::vector<std::string> namesOf(const Scopes& scopes);

// Whether a client's certificate of this common name can stand for a key.
bool isCertificateName(std::string_view name);

struct KeyEntry {
  std::string id;
  std::string tenant;
  Sha256 digest{};
  Scopes scopes;
  UnixMillis created = 0;
  std::optional<UnixMillis> expires;  // From then on it is none.
  std::optional<UnixMillis> revoked;
  std::string note;
  // The common name of a client's certificate that stands for a key; the digest is none then.
  std::string certificate{};

  bool operator==(const KeyEntry&) const = default;
};

struct KeyFile {
  TenantLimits defaults;
  std::map<std::string, TenantLimits> tenants;
  std::vector<KeyEntry> keys;

  // As far as known: its own over the defaults.
  TenantLimits limitsOf(const std::string& tenant) const;
  bool operator==(const KeyFile&) const = default;
};

constexpr size_t kMaxKeyFileBytes = 64u << 20;

// Or what is wrong with the text: "keys[3].scopes: 'rnu' is no scope; ...". Unknown names, names
// said twice, two keys of one id or digest are errors: a limit that nobody enforces and a key that
// nobody can revoke must not look as if they were in force.
std::variant<KeyFile, std::string> parseKeyFile(std::string_view text);

std::string keyFileText(const KeyFile& file);

}  // namespace brood::gateway
