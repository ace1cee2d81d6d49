#include "gateway/protocols/sandboxfusion/fusion_request.h"

#include <kj/encoding.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "gateway/jobs/bounded_json.h"

namespace brood::gateway::sandboxfusion {
namespace {

using nlohmann::json;
using Problem = std::optional<FusionProblem>;

constexpr double kDefaultSeconds = 10;
constexpr uint64_t kMegabyte = 1u << 20;

struct Name {
  std::string_view theirs, ours;
};

constexpr Name kLanguages[] = {
    {"python", "python"},
    {"cpp", "cpp"},
    {"c++", "cpp"},
    {"nodejs", "javascript"},
    {"js", "javascript"},
    {"java", "java"},
    {"javascript", "javascript"},
    {"go", "go"},
    {"php", "php"},
    {"bash", "bash"},
    {"typescript", "typescript"},
    {"ts", "typescript"},
    {"rust", "rust"},
    {"R", "r"},
    {"perl", "perl"},
    {"ruby", "ruby"},
};
// Upstream has these, and nobody here.
constexpr std::string_view kKnownOnly[] = {
    "go_test", "csharp", "sql",    "cuda",          "lua",   "D_ut",    "scala",
    "julia",   "pytest", "junit",  "kotlin_script", "jest",  "verilog", "python_gpu",
    "lean",    "swift",  "racket", "gtest",         "react", "python2"};

FusionProblem wrong(std::string field, std::string message, std::string type) {
  return {std::move(field), std::move(message), std::move(type)};
}

Problem readLanguage(const json& body, JobOrder& order) {
  const auto* member = memberOf(body, "language");
  const auto* name = member == nullptr ? nullptr : member->get_ptr<const std::string*>();
  if (name == nullptr) return wrong("language", "Field required", "missing");
  for (const auto& each : kLanguages) {
    if (each.theirs != *name) continue;
    order.language = each.ours;
    return {};
  }
  const bool isKnown =
      std::find(std::begin(kKnownOnly), std::end(kKnownOnly), *name) != std::end(kKnownOnly);
  return wrong(
      "language",
      isKnown ? "the language '" + *name + "' is not installed here" : "there is no such language",
      "enum");
}

Problem readCode(const json& body, JobOrder& order) {
  const auto* member = memberOf(body, "code");
  const auto* code = member == nullptr ? nullptr : member->get_ptr<const std::string*>();
  if (code == nullptr) return wrong("code", "Field required", "missing");
  if (code->find('\0') != std::string::npos) {
    return wrong("code", "Code must not hold NUL", "value_error");
  }
  order.code = *code;
  return {};
}

Problem readStdin(const json& body, JobOrder& order) {
  const auto* member = memberOf(body, "stdin");
  if (member == nullptr) return {};
  if (!member->is_string()) return wrong("stdin", "Input should be a valid string", "string_type");
  order.stdinText = member->get<std::string>();
  return {};
}

// Seconds, which may have a fraction. 0 and less are as long as is allowed.
Problem readTime(const json& body, const LimitsConfig& limits, JobOrder& order) {
  double seconds = kDefaultSeconds;
  if (const auto* member = memberOf(body, "run_timeout")) {
    if (!member->is_number()) {
      return wrong("run_timeout", "Input should be a valid number", "float_type");
    }
    seconds = member->get<double>();
  }
  const uint64_t most = limits.wallTimeMs.maximum;
  const bool isWithin = seconds > 0 && seconds * 1000 < static_cast<double>(most);
  order.limits.wallTimeMs =
      isWithin ? std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(seconds * 1000))) : most;
  order.limits.cpuTimeMs = std::min(order.limits.wallTimeMs, limits.cpuTimeMs.maximum);
  return {};
}

// -1, which most clients send, is all that one may have.
Problem readMemory(const json& body, const LimitsConfig& limits, JobOrder& order) {
  const auto* member = memberOf(body, "memory_limit_MB");
  if (member == nullptr) return {};
  if (!member->is_number_integer()) {
    return wrong("memory_limit_MB", "Input should be a valid integer", "int_type");
  }
  const uint64_t most = limits.memoryBytes.maximum;
  const auto megabytes = member->get<int64_t>();
  const bool isAsked = megabytes > 0 && static_cast<uint64_t>(megabytes) < most / kMegabyte;
  order.limits.memoryBytes = isAsked ? static_cast<uint64_t>(megabytes) * kMegabyte : most;
  return {};
}

Problem readFiles(const json& body, JobOrder& order) {
  const auto* files = memberOf(body, "files");
  if (files == nullptr) return {};
  if (!files->is_object()) return wrong("files", "Input should be a valid dictionary", "dict_type");
  for (const auto& [path, value] : files->items()) {
    if (value.is_null()) continue;
    const auto* text = value.get_ptr<const std::string*>();
    if (text == nullptr) {
      return wrong("files", "Input should be a valid string", "string_type");
    }
    auto content = kj::decodeBase64(kj::arrayPtr(text->data(), text->size()));
    if (content.hadErrors) return wrong("files", "a file's content is not base64", "value_error");
    order.files.push_back(
        {path, std::string(reinterpret_cast<const char*>(content.begin()), content.size()), false});
  }
  return {};
}

// A pattern that stands for this path alone.
std::string literalPattern(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

Problem readFetched(const json& body, JobOrder& order) {
  const auto* paths = memberOf(body, "fetch_files");
  if (paths == nullptr) return {};
  if (!paths->is_array()) return wrong("fetch_files", "Input should be a valid list", "list_type");
  for (const auto& path : *paths) {
    if (!path.is_string()) {
      return wrong("fetch_files", "Input should be a valid string", "string_type");
    }
    std::string_view text = path.get_ref<const std::string&>();
    if (text.starts_with("./")) text.remove_prefix(2);
    order.collect.push_back(literalPattern(text));
  }
  return {};
}

}  // namespace

std::variant<JobOrder, FusionProblem> readRunCode(std::string_view body,
                                                  const LimitsConfig& limits) {
  auto parsed = parseBounded(body);
  if (const auto* fault = std::get_if<JsonFault>(&parsed)) {
    return wrong({}, fault->text, "json_invalid");
  }
  const auto& request = std::get<json>(parsed);
  if (!request.is_object()) return wrong({}, "Input should be a valid dictionary", "dict_type");
  JobOrder order;
  if (auto problem = readCode(request, order)) return *problem;
  if (auto problem = readLanguage(request, order)) return *problem;
  if (auto problem = readStdin(request, order)) return *problem;
  if (auto problem = readTime(request, limits, order)) return *problem;
  if (auto problem = readMemory(request, limits, order)) return *problem;
  if (auto problem = readFiles(request, order)) return *problem;
  if (auto problem = readFetched(request, order)) return *problem;
  return order;
}

}  // namespace brood::gateway::sandboxfusion
