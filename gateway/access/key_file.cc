#include "gateway/access/key_file.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "config/job_limits.h"
#include "gateway/access/strict_json.h"

namespace brood::gateway {
namespace {

using nlohmann::json;

constexpr uint64_t kVersion = 1;
constexpr size_t kMaxIdLength = 64;
constexpr size_t kMaxNoteBytes = 200;
constexpr Scope kScopes[] = {Scope::run, Scope::session, Scope::admin};

bool& memberOf(Scopes& scopes, Scope scope) {
  switch (scope) {
    case Scope::run:
      return scopes.run;
    case Scope::session:
      return scopes.session;
    case Scope::admin:
      break;
  }
  return scopes.admin;
}

const LimitInfo* jobLimit(const std::string& name) {
  const auto found = std::find_if(kJobLimits.begin(), kJobLimits.end(),
                                  [&](const LimitInfo& each) { return each.name == name; });
  return found == kJobLimits.end() ? nullptr : &*found;
}

TenantLimits readLimits(const JsonPlace& place) {
  std::set<std::string_view> known{"maxima", "profiles", "network"};
  for (const auto& quota : kQuotas) known.insert(quota.name);
  place.requireOnly(known);
  TenantLimits limits;
  for (const auto& quota : kQuotas) {
    if (!place.has(quota.name)) continue;
    const JsonPlace value = place.at(quota.name);
    limits.*quota.value = value.isNull() ? kUnlimited : value.number(quota.most);
  }
  if (place.has("maxima")) {
    for (const auto& [name, value] : place.at("maxima").members()) {
      const LimitInfo* limit = jobLimit(name);
      if (limit == nullptr) value.fail("is no limit of a job");
      const uint64_t most = value.number(limit->ceiling);
      if (most < limit->minimum) {
        value.fail("must be at least " + std::to_string(limit->minimum));
      }
      limits.maxima[name] = most;
    }
  }
  if (place.has("profiles")) limits.profiles = place.at("profiles").texts();
  if (place.has("network")) limits.network = place.at("network").texts();
  return limits;
}

std::string tenantIn(const JsonPlace& place) {
  std::string name = place.text();
  if (!isTenantName(name)) {
    place.fail("a tenant's name has a-z, 0-9, '.', '_' and '-', at most 64 of them");
  }
  return name;
}

std::string idIn(const JsonPlace& place) {
  std::string id = place.text();
  const bool isPlain = std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-' || c == '.';
  });
  if (id.empty() || id.size() > kMaxIdLength || !isPlain) {
    place.fail("an id has letters, digits, '_', '-' and '.', at most 64 of them");
  }
  return id;
}

std::string certificateIn(const JsonPlace& place) {
  std::string name = place.text();
  if (!isCertificateName(name)) {
    place.fail("a common name has printable ASCII characters, at most 64 of them");
  }
  return name;
}

UnixMillis timeIn(const JsonPlace& place) {
  const auto moment = utcFromText(place.text());
  if (!moment) place.fail("must be a time as 2026-11-29T06:19:51Z");
  return *moment;
}

KeyEntry readKey(const JsonPlace& place) {
  place.requireOnly(
      {"id", "tenant", "sha256", "certificate", "scopes", "created", "expires", "revoked", "note"});
  KeyEntry key;
  key.id = idIn(place.at("id"));
  key.tenant = tenantIn(place.at("tenant"));
  if (place.has("certificate")) {
    if (place.has("sha256")) place.fail("has sha256 and certificate; a key is one of them");
    key.certificate = certificateIn(place.at("certificate"));
  } else {
    const auto digest = digestFromHex(place.at("sha256").text());
    if (!digest) place.at("sha256").fail("must be 64 hexadecimal digits");
    key.digest = *digest;
  }
  auto scopes = scopesFromNames(place.at("scopes").texts());
  if (const auto* problem = std::get_if<std::string>(&scopes)) place.at("scopes").fail(*problem);
  key.scopes = std::get<Scopes>(scopes);
  if (place.has("created")) key.created = timeIn(place.at("created"));
  if (place.has("expires")) key.expires = timeIn(place.at("expires"));
  if (place.has("revoked")) key.revoked = timeIn(place.at("revoked"));
  if (place.has("note")) {
    key.note = place.at("note").text();
    if (key.note.size() > kMaxNoteBytes) place.at("note").fail("is longer than 200 bytes");
  }
  return key;
}

KeyFile readFile(const JsonPlace& top) {
  top.requireOnly({"version", "defaults", "tenants", "keys"});
  if (top.at("version").number(UINT64_MAX) != kVersion) top.at("version").fail("must be 1");
  KeyFile file;
  if (top.has("defaults")) file.defaults = readLimits(top.at("defaults"));
  if (top.has("tenants")) {
    for (const auto& [name, place] : top.at("tenants").members()) {
      if (!isTenantName(name)) place.fail("is no tenant's name");
      file.tenants[name] = readLimits(place);
    }
  }
  std::set<std::string> ids;
  std::set<Sha256> digests;
  std::set<std::string> certificates;
  for (const auto& place : top.at("keys").elements()) {
    KeyEntry key = readKey(place);
    if (!ids.insert(key.id).second) place.fail("another key has the id " + key.id);
    if (!key.certificate.empty()) {
      if (!certificates.insert(key.certificate).second) {
        place.fail("another key has the certificate " + key.certificate);
      }
    } else if (!digests.insert(key.digest).second) {
      place.fail("another key has this sha256");
    }
    file.keys.push_back(std::move(key));
  }
  return file;
}

json limitsJson(const TenantLimits& limits) {
  json result = json::object();
  for (const auto& quota : kQuotas) {
    const auto& value = limits.*quota.value;
    if (!value) continue;
    result[quota.name] = *value == kUnlimited ? json() : json(*value);
  }
  if (!limits.maxima.empty()) result["maxima"] = limits.maxima;
  if (limits.profiles) result["profiles"] = *limits.profiles;
  if (limits.network) result["network"] = *limits.network;
  return result;
}

json keyJson(const KeyEntry& key) {
  json result = {{"id", key.id},
                 {"tenant", key.tenant},
                 {"scopes", namesOf(key.scopes)},
                 {"created", utcText(key.created, true)}};
  if (key.certificate.empty()) {
    result["sha256"] = hexText(key.digest);
  } else {
    result["certificate"] = key.certificate;
  }
  if (key.expires) result["expires"] = utcText(*key.expires, true);
  if (key.revoked) result["revoked"] = utcText(*key.revoked, true);
  if (!key.note.empty()) result["note"] = key.note;
  return result;
}

}  // namespace

bool Scopes::has(Scope scope) const {
  Scopes copy = *this;
  return memberOf(copy, scope);
}

const char* scopeName(Scope scope) {
  switch (scope) {
    case Scope::run:
      return "run";
    case Scope::session:
      return "session";
    case Scope::admin:
      break;
  }
  return "admin";
}

std::variant<Scopes, std::string> scopesFromNames(const std::vector<std::string>& names) {
  Scopes scopes;
  for (const auto& name : names) {
    const auto* scope = std::find_if(std::begin(kScopes), std::end(kScopes),
                                     [&](Scope each) { return name == scopeName(each); });
    if (scope == std::end(kScopes)) {
      return "'" + name.substr(0, 32) + "' is no scope; there are run, session and admin";
    }
    memberOf(scopes, *scope) = true;
  }
  if (names.empty()) return "a key needs a scope: run, session or admin";
  return scopes;
}

bool isCertificateName(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

std::vector<std::string> namesOf(const Scopes& scopes) {
  std::vector<std::string> names;
  for (const Scope scope : kScopes) {
    if (scopes.has(scope)) names.push_back(scopeName(scope));
  }
  return names;
}

TenantLimits KeyFile::limitsOf(const std::string& tenant) const {
  const auto own = tenants.find(tenant);
  return resolved(own == tenants.end() ? TenantLimits() : own->second, defaults);
}

std::variant<KeyFile, std::string> parseKeyFile(std::string_view text) try {
  const json document = parseStrictly(text, kMaxKeyFileBytes);
  return readFile(JsonPlace(document, ""));
} catch (const DocumentProblem& problem) {
  return problem.what();
}

std::string keyFileText(const KeyFile& file) {
  json document = {{"version", kVersion}, {"keys", json::array()}};
  const json defaults = limitsJson(file.defaults);
  if (!defaults.empty()) document["defaults"] = defaults;
  for (const auto& [name, limits] : file.tenants) document["tenants"][name] = limitsJson(limits);
  for (const auto& key : file.keys) document["keys"].push_back(keyJson(key));
  return document.dump(2, ' ', true, json::error_handler_t::replace) + "\n";
}

}  // namespace brood::gateway
