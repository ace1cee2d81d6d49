#pragma once
// Origins that jobs reach under a name of ours, with headers that they never see.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "egress/policy/policy.h"
#include "egress/protocols/http_fields.h"

namespace brood::egress {

// As configured.
struct AliasSpec {
  std::string name;
  // "https://host[:port][/path]".
  std::string origin;
  Fields headers;
  // Texts that must not come back in the header of an answer.
  std::vector<std::string> secrets;
};

class Alias {
 public:
  // `entries` is the operator's list: an alias adds its own origin to it, and nothing else, so that
  // rules for addresses hold for it too. Or what is wrong with it.
  static std::variant<Alias, std::string> of(AliasSpec spec, std::vector<std::string> entries);

  const std::string& name() const { return spec_.name; }
  const std::string& host() const { return host_; }
  uint16_t port() const { return port_; }
  // For the server's Host.
  std::string authority() const;
  const Policy& policy() const { return policy_; }

  // "/v1/x" of "/name/v1/x", below the origin's own path.
  std::string pathFor(std::string_view rest) const { return basePath_ + std::string(rest); }
  // Puts the configured headers in the place of the job's own.
  void inject(Fields& fields) const;
  // Takes out those that contain a secret.
  void removeEchoes(Fields& fields) const;

 private:
  Alias() = default;

  AliasSpec spec_;
  std::string host_, basePath_;
  uint16_t port_ = 443;
  Policy policy_;
};

class Aliases {
 public:
  void add(Alias alias) { aliases_.push_back(std::move(alias)); }
  // Or nullptr.
  const Alias* find(std::string_view name) const;
  // "openai, anthropic".
  std::string names() const;

 private:
  std::vector<Alias> aliases_;
};

}  // namespace brood::egress
