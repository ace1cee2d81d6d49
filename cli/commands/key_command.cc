#include "cli/commands/key_command.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include "cli/client/rpc_json.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/output.h"
#include "cli/terminal/table.h"
#include "gateway/access/api_key.h"
#include "gateway/access/key_store.h"

namespace brood::cli {
namespace {

using gateway::KeyEntry;
using gateway::KeyFile;
using Action = KeyArguments::Action;

std::string stateOf(const KeyEntry& key, UnixMillis now) {
  if (key.revoked) return "revoked";
  return key.expires && *key.expires <= now ? "expired" : "good";
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

std::string readKey(const std::string& path) {
  std::string text;
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream file(path, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(file), {});
    if (!file && text.empty()) throw CliError("cannot read " + path);
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (!gateway::isAcceptable(text)) {
    throw CliError("a key has from " + std::to_string(gateway::kMinKeyLength) + " to " +
                   std::to_string(gateway::kMaxKeyLength) +
                   " printable characters, and no spaces; one that begins with brood_ must have "
                   "been copied as a whole");
  }
  return text;
}

// Throws what changeKeyFile() has against it.
void change(const std::string& path, const std::function<std::string(KeyFile&)>& how) try {
  const std::string problem = gateway::changeKeyFile(path, how);
  if (!problem.empty()) throw CliError(problem);
} catch (const std::system_error& error) {
  throw CliError(error.what());
}

void checkNames(const KeyArguments& arguments) {
  if (!gateway::isTenantName(arguments.tenant)) {
    throw CliError("'" + arguments.tenant +
                   "' is no tenant's name: it has a-z, 0-9, '.', '_' and '-', at most 64 of them");
  }
  if (!arguments.certificate.empty() && !gateway::isCertificateName(arguments.certificate)) {
    throw CliError("--certificate: a common name has printable ASCII characters, at most 64");
  }
}

// The key that somebody else has made, or a new one, or none where a certificate stands for it.
std::string keyFor(const KeyArguments& arguments) {
  if (!arguments.certificate.empty()) return "";
  if (!arguments.fromFile.empty()) return readKey(arguments.fromFile);
  return gateway::makeApiKey(arguments.e2b ? gateway::KeyForm::e2b : gateway::KeyForm::brood);
}

int create(const KeyArguments& arguments, const std::string& path, UnixMillis now) {
  checkNames(arguments);
  const std::string key = keyFor(arguments);
  auto scopes = gateway::scopesFromNames(arguments.scopes);
  if (const auto* problem = std::get_if<std::string>(&scopes)) throw CliError(*problem);
  KeyEntry entry;
  entry.id = gateway::makeKeyId();
  entry.tenant = arguments.tenant;
  entry.certificate = arguments.certificate;
  if (entry.certificate.empty()) entry.digest = gateway::sha256(key);
  entry.scopes = std::get<gateway::Scopes>(scopes);
  entry.created = now;
  if (arguments.lifeMs) entry.expires = now + static_cast<UnixMillis>(*arguments.lifeMs);
  entry.note = arguments.note.substr(0, 200);
  change(path, [&](KeyFile& file) -> std::string {
    const bool isThere = std::any_of(file.keys.begin(), file.keys.end(), [&](const KeyEntry& each) {
      return each.digest == entry.digest && each.certificate == entry.certificate;
    });
    if (isThere) return "this key is in " + path + " already";
    file.keys.push_back(entry);
    return "";
  });
  std::fprintf(stderr, "%s of tenant %s (%s)%s, in %s\n", entry.id.c_str(), entry.tenant.c_str(),
               joined(namesOf(entry.scopes)).c_str(),
               entry.expires ? (", until " + utcText(*entry.expires)).c_str() : "", path.c_str());
  if (arguments.fromFile.empty() && !key.empty()) {
    std::fprintf(stderr, "It is shown once, and kept nowhere:\n");
    print(key + "\n");
  }
  return 0;
}

int list(const std::string& path, bool json, UnixMillis now) {
  const auto read = gateway::readKeyFile(path);
  if (const auto* problem = std::get_if<std::string>(&read)) throw CliError(*problem);
  const auto& keys = std::get<KeyFile>(read).keys;
  std::vector<std::vector<std::string>> rows{
      {"ID", "TENANT", "STATE", "SCOPES", "CREATED", "EXPIRES", "CERTIFICATE", "NOTE"}};
  Json array = Json::array();
  for (const auto& key : keys) {
    const std::string expires = key.expires ? utcText(*key.expires) : "";
    array.push_back({{"id", key.id},
                     {"tenant", key.tenant},
                     {"state", stateOf(key, now)},
                     {"scopes", namesOf(key.scopes)},
                     {"created", utcText(key.created)},
                     {"expires", expires.empty() ? Json() : Json(expires)},
                     {"certificate", key.certificate.empty() ? Json() : Json(key.certificate)},
                     {"note", key.note}});
    rows.push_back({key.id, key.tenant, stateOf(key, now), joined(namesOf(key.scopes)),
                    utcText(key.created), expires.empty() ? "never" : expires,
                    key.certificate.empty() ? "-" : key.certificate, key.note});
  }
  print(json ? jsonText(array) : alignedTable(rows));
  return 0;
}

int revoke(const std::string& id, const std::string& path, UnixMillis now) {
  change(path, [&](KeyFile& file) -> std::string {
    const auto key = std::find_if(file.keys.begin(), file.keys.end(),
                                  [&](const KeyEntry& each) { return each.id == id; });
    if (key == file.keys.end()) return "there is no key " + id + " in " + path;
    if (!key->revoked) key->revoked = now;
    return "";
  });
  print(id + " is revoked\n");
  return 0;
}

}  // namespace

int keyCommand(const KeyArguments& arguments, const AccessConfig& config, bool json,
               UnixMillis now) {
  const std::string path = config.keysPath();
  switch (arguments.action) {
    case Action::create:
      return create(arguments, path, now);
    case Action::revoke:
      return revoke(arguments.id, path, now);
    case Action::list:
      break;
  }
  return list(path, json, now);
}

}  // namespace brood::cli
