#include "gateway/entry/authenticator.h"

#include "gateway/access/api_key.h"
#include "gateway/access/credentials.h"

namespace brood::gateway {
namespace {

constexpr char kDefaultTenant[] = "default";

ApiError error(unsigned status, const char* code, std::string message) {
  return {status, code, std::move(message), {}, {}};
}

ApiError unknownKey(const std::string& key) {
  if (!isWhole(key)) {
    return error(401, "invalid_key",
                 "the key is not complete, or has a typing error: its checksum is wrong");
  }
  return error(401, "invalid_key", "there is no such key");
}

const char* scopeOf(Need need) {
  switch (need) {
    case Need::run:
      return scopeName(Scope::run);
    case Need::session:
      return scopeName(Scope::session);
    case Need::admin:
    case Need::metrics:
      return scopeName(Scope::admin);
    case Need::nothing:
    case Need::anyKey:
      break;
  }
  return "";
}

bool suffices(const Scopes& scopes, Need need) {
  switch (need) {
    case Need::nothing:
    case Need::anyKey:
      return true;
    case Need::run:
      return scopes.run;
    case Need::session:
      return scopes.session;
    case Need::admin:
    case Need::metrics:
      break;
  }
  return scopes.admin;
}

std::string scopesText(const Scopes& scopes) {
  std::string text;
  for (const auto& name : namesOf(scopes)) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

bool Authenticator::isFree(Need need) const {
  return !settings_.asksForKeys || need == Need::nothing ||
         (need == Need::metrics && settings_.metricsAreOpen);
}

std::variant<Authenticator::Identity, Authenticator::Refusal> Authenticator::identify(
    const HttpRequest& request, Need need, const std::string& certificate) const {
  if (isFree(need)) return Identity{kDefaultTenant, "", {true, true, true}};
  const auto key = presentedKey(request.apiKey, request.authorization);
  const auto now = clock_.wallMillis();
  if (key) {
    const auto found = ring_ ? ring_->find(*key, now) : KeyRing::Found();
    return found.entry == nullptr ? Refusal{unknownKey(*key), {}} : judge(found, need);
  }
  if (certificate.empty()) {
    return Refusal{
        error(401, "missing_key", "a key is needed: Authorization: Bearer KEY, or X-API-Key: KEY"),
        {}};
  }
  const auto found = ring_ ? ring_->findCertificate(certificate, now) : KeyRing::Found();
  if (found.entry != nullptr) return judge(found, need);
  return Refusal{error(401, "invalid_key", "the client's certificate stands for no key"), {}};
}

std::variant<Authenticator::Identity, Authenticator::Refusal> Authenticator::judge(
    const KeyRing::Found& found, Need need) const {
  const Identity identity{found.entry->tenant, found.entry->id, found.entry->scopes};
  if (found.verdict == KeyVerdict::expired) {
    return Refusal{error(401, "key_expired", "the key has expired"), identity};
  }
  if (found.verdict == KeyVerdict::revoked) {
    return Refusal{error(401, "key_revoked", "the key has been revoked"), identity};
  }
  if (suffices(identity.scopes, need)) return identity;
  return Refusal{error(403, "scope_missing",
                       std::string("this needs a key of the scope ") + scopeOf(need) +
                           "; this one has " + scopesText(identity.scopes)),
                 identity};
}

HttpResponse refusalResponse(const ApiError& error) {
  HttpResponse response = errorResponse(error);
  if (error.status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"brood\"");
  }
  return response;
}

}  // namespace brood::gateway
