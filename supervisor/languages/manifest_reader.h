#pragma once
// A manifest's values by key, with their types checked. The first thing that is wrong is kept, with
// its line; what is read after that is of no account.

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace brood::supervisor {

// Why a manifest is not used. An expected outcome: operators write them by hand.
struct ManifestRefusal {
  std::string file;
  uint32_t line = 0;  // 0: it is about the file as a whole.
  std::string reason;

  // "lua.toml:3: run_command must be a list of strings"
  std::string text() const;
};

class ManifestReader {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  ManifestReader(std::string_view text, std::string file);

  // Each with an empty or absent result where there is no such key. `path` may name a key of a
  // table: "sample.code".
  std::string text(std::string_view path);
  std::string requiredText(std::string_view path);
  std::vector<std::string> texts(std::string_view path);
  Pairs textTable(std::string_view path);
  std::vector<std::pair<std::string, uint64_t>> numberTable(std::string_view path);
  bool flag(std::string_view path);

  bool has(std::string_view path) const { return find(path) != nullptr; }
  std::vector<std::string> keys(std::string_view path = {}) const;

  // Blames the line of that key, or else the first.
  void refuse(std::string_view path, const std::string& reason);
  const std::optional<ManifestRefusal>& refusal() const { return refusal_; }

 private:
  const toml::node* find(std::string_view path) const;
  const toml::table* tableAt(std::string_view path);
  void refuseAt(uint32_t line, const std::string& reason);

  std::string file_;
  toml::table table_;
  std::optional<ManifestRefusal> refusal_;
};

}  // namespace brood::supervisor
