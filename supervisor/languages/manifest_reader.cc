#include "supervisor/languages/manifest_reader.h"

namespace brood::supervisor {
namespace {

std::string quotedKey(std::string_view path) { return "'" + std::string(path) + "'"; }

}  // namespace

std::string ManifestRefusal::text() const {
  return file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + reason;
}

ManifestReader::ManifestReader(std::string_view text, std::string file) : file_(std::move(file)) {
  try {
    table_ = toml::parse(text, file_);
  } catch (const toml::parse_error& error) {
    refuseAt(error.source().begin.line, "not TOML: " + std::string(error.description()));
  }
}

const toml::node* ManifestReader::find(std::string_view path) const {
  const size_t dot = path.find('.');
  const toml::node* node = table_.get(path.substr(0, dot));
  if (dot == std::string_view::npos || node == nullptr) return node;
  const auto* table = node->as_table();
  return table == nullptr ? nullptr : table->get(path.substr(dot + 1));
}

void ManifestReader::refuseAt(uint32_t line, const std::string& reason) {
  if (!refusal_) refusal_ = ManifestRefusal{file_, line, reason};
}

void ManifestReader::refuse(std::string_view path, const std::string& reason) {
  const auto* node = find(path);
  refuseAt(node == nullptr ? 1 : node->source().begin.line, reason);
}

std::string ManifestReader::text(std::string_view path) {
  const auto* node = find(path);
  if (node == nullptr) return {};
  auto value = node->value_exact<std::string>();
  if (!value) refuse(path, quotedKey(path) + " must be a string");
  return value.value_or("");
}

std::string ManifestReader::requiredText(std::string_view path) {
  if (!has(path)) refuse(path, quotedKey(path) + " is missing");
  return text(path);
}

bool ManifestReader::flag(std::string_view path) {
  const auto* node = find(path);
  if (node == nullptr) return false;
  auto value = node->value_exact<bool>();
  if (!value) refuse(path, quotedKey(path) + " must be true or false");
  return value.value_or(false);
}

std::vector<std::string> ManifestReader::texts(std::string_view path) {
  const auto* node = find(path);
  if (node == nullptr) return {};
  std::vector<std::string> values;
  if (const auto* array = node->as_array()) {
    for (auto& item : *array) {
      auto value = item.value_exact<std::string>();
      if (!value)
        refuseAt(item.source().begin.line, quotedKey(path) + " must be a list of strings");
      values.push_back(value.value_or(""));
    }
  } else {
    refuse(path, quotedKey(path) + " must be a list of strings");
  }
  return values;
}

const toml::table* ManifestReader::tableAt(std::string_view path) {
  const auto* node = find(path);
  if (node == nullptr) return nullptr;
  const auto* table = node->as_table();
  if (table == nullptr) refuse(path, quotedKey(path) + " must be a table");
  return table;
}

ManifestReader::Pairs ManifestReader::textTable(std::string_view path) {
  Pairs values;
  const auto* table = tableAt(path);
  if (table == nullptr) return values;
  for (auto&& [key, node] : *table) {
    auto value = node.value_exact<std::string>();
    if (!value) {
      refuseAt(node.source().begin.line,
               quotedKey(std::string(path) + "." + std::string(key.str())) + " must be a string");
    }
    values.emplace_back(std::string(key.str()), value.value_or(""));
  }
  return values;
}

std::vector<std::pair<std::string, uint64_t>> ManifestReader::numberTable(std::string_view path) {
  std::vector<std::pair<std::string, uint64_t>> values;
  const auto* table = tableAt(path);
  if (table == nullptr) return values;
  for (auto&& [key, node] : *table) {
    auto value = node.value_exact<int64_t>();
    if (!value || *value < 0) {
      refuseAt(
          node.source().begin.line,
          quotedKey(std::string(path) + "." + std::string(key.str())) + " must be a whole number");
    }
    values.emplace_back(std::string(key.str()), static_cast<uint64_t>(value.value_or(0)));
  }
  return values;
}

std::vector<std::string> ManifestReader::keys(std::string_view path) const {
  const toml::table* table = &table_;
  if (!path.empty()) {
    const auto* node = find(path);
    table = node == nullptr ? nullptr : node->as_table();
  }
  std::vector<std::string> names;
  if (table == nullptr) return names;
  for (auto&& [key, node] : *table) names.emplace_back(key.str());
  return names;
}

}  // namespace brood::supervisor
