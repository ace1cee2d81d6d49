#include "gateway/jobs/order_fields.h"

#include <kj/encoding.h>

#include "gateway/jobs/json_text.h"

namespace brood::gateway {
namespace {

MaybeProblem checkVariableName(const std::string& name, const std::string& path) {
  if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != std::string::npos) {
    return JsonProblem{"invalid_value", "names in env must not be empty nor contain '=' or NUL",
                       path};
  }
  constexpr size_t kMost = RequestBounds::kMaxEnvBytes;
  if (name.size() <= kMost) return {};
  return JsonProblem{"invalid_value",
                     "a name in env may have at most " + std::to_string(kMost) + " bytes, got " +
                         std::to_string(name.size()),
                     path};
}

MaybeProblem checkVariable(const std::string& name, const std::string& value,
                           const std::string& path) {
  if (value.find('\0') != std::string::npos) {
    return JsonProblem{"invalid_value", path + " must not contain NUL", path};
  }
  const size_t bytes = name.size() + value.size();
  if (bytes <= RequestBounds::kMaxEnvBytes) return {};
  return tooManyBytes("invalid_value", path, value, bytes, RequestBounds::kMaxEnvBytes);
}

}  // namespace

MapRule environmentRule() {
  return {.list = {.most = RequestBounds::kMaxEnv, .elements = "entries"},
          .checkName = checkVariableName,
          .checkValue = checkVariable};
}

JsonFields<JobLimits> limitFields(const LimitsConfig& config) {
  JsonFields<JobLimits> fields;
  for (const auto& limit : kJobLimits) {
    // A 0 would be as good as nothing to the supervisor.
    fields.integer(
        limit.name, limit.value,
        {.least = 1, .outOfRange = "invalid_limit", .allowed = allowedRange(limit, config)});
  }
  return fields;
}

MaybeProblem decodeText(std::string& text, const std::string& encoding, const std::string& where) {
  if (encoding != "base64") return {};
  auto decoded = kj::decodeBase64(kj::arrayPtr(text.data(), text.size()));
  if (decoded.hadErrors) return JsonProblem{"invalid_value", where + " is not base64", where};
  text.assign(reinterpret_cast<const char*>(decoded.begin()), decoded.size());
  return {};
}

JsonFields<FileMember> fileFields() {
  JsonFields<FileMember> fields;
  fields
      .text("path", &FileMember::path,
            {.mostBytes = RequestBounds::kMaxPathBytes, .tooLong = "invalid_path"})
      .required();
  fields.text("content", &FileMember::content).required();
  fields.text("encoding", &FileMember::encoding, {.choices = {"utf8", "base64"}});
  fields.flag("executable", &FileMember::executable);
  return fields;
}

MaybeProblem takeFile(std::vector<JobFile>& files, FileMember&& file, const std::string& path) {
  if (auto problem = decodeText(file.content, file.encoding, path + ".content")) return problem;
  files.push_back({std::move(file.path), std::move(file.content), file.executable});
  return {};
}

JsonFields<NetworkOrder> networkFields() {
  JsonFields<NetworkOrder> fields;
  fields
      .texts("allow", &NetworkOrder::allow,
             {.most = RequestBounds::kMaxNetworkEntries, .elements = "entries"},
             {.mayBeEmpty = false,
              .mayHoldNul = false,
              .mostBytes = RequestBounds::kMaxNetworkEntryBytes})
      .required();
  return fields;
}

}  // namespace brood::gateway
