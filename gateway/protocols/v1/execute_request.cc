#include "gateway/protocols/v1/execute_request.h"

#include <kj/encoding.h>

#include "config/job_limits.h"
#include "gateway/jobs/json_reader.h"
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

JsonFields<JobLimits> limitFields(const LimitsConfig& config) {
  JsonFields<JobLimits> fields;
  for (const auto& limit : kJobLimits) {
    // The supervisor enforces the range; a 0 would be as good as nothing there.
    fields.integer(
        limit.name, limit.value,
        {.least = 1, .outOfRange = "invalid_limit", .allowed = allowedRange(limit, config)});
  }
  return fields;
}

// A file as it comes: its members may come in any order.
struct FileMember {
  std::string path;
  std::string content;
  std::string encoding;
  bool executable = false;
};

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

MaybeProblem takeFile(JobOrder& order, FileMember&& file, const std::string& path) {
  if (file.encoding == "base64") {
    auto decoded = kj::decodeBase64(kj::arrayPtr(file.content.data(), file.content.size()));
    if (decoded.hadErrors) {
      const std::string where = path + ".content";
      return JsonProblem{"invalid_value", where + " is not base64", where};
    }
    file.content.assign(reinterpret_cast<const char*>(decoded.begin()), decoded.size());
  }
  order.files.push_back({std::move(file.path), std::move(file.content), file.executable});
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

JsonFields<JobOrder> orderFields(const RequestBounds& bounds) {
  const TextRule name{
      .mayBeEmpty = false, .mayHoldNul = false, .mostBytes = RequestBounds::kMaxNameBytes};
  JsonFields<JobOrder> fields;
  fields.text("language", &JobOrder::language, name).required();
  // Bounded by the body that it comes in.
  fields.text("code", &JobOrder::code, {.mayHoldNul = false}).required();
  fields.text("profile", &JobOrder::profile, name);
  fields.text("stdin", &JobOrder::stdinText);
  fields.texts("args", &JobOrder::args, {.most = RequestBounds::kMaxArgs},
               {.mayHoldNul = false, .mostBytes = RequestBounds::kMaxArgBytes});
  fields.map("env", &JobOrder::env,
             {.list = {.most = RequestBounds::kMaxEnv, .elements = "entries"},
              .checkName = checkVariableName,
              .checkValue = checkVariable});
  fields.object("limits", &JobOrder::limits, limitFields(bounds.limits));
  fields.objects<FileMember>("files",
                             {.most = bounds.maxFiles, .elements = "files", .tooMany = "too_many"},
                             fileFields(), takeFile);
  fields.texts("collect", &JobOrder::collect,
               {.most = bounds.maxPatterns, .elements = "patterns", .tooMany = "too_many"},
               {.mostBytes = RequestBounds::kMaxPathBytes, .tooLong = "invalid_pattern"});
  using Kind = NetworkOrder::Kind;
  fields.objectOrFlag<NetworkOrder>(
      "network", &JobOrder::network, networkFields(),
      [](NetworkOrder& network) { network.kind = Kind::narrowed; },
      [](NetworkOrder& network, bool isOn) { network.kind = isOn ? Kind::on : Kind::off; });
  fields.flag("rich", &JobOrder::rich);
  fields.flag("trace", &JobOrder::trace);
  fields.flag("merge_output", &JobOrder::mergeOutput);
  return fields;
}

}  // namespace

ExecuteRequestReader::ExecuteRequestReader(const RequestBounds& bounds)
    : fields_(orderFields(bounds)), maxFiles_(bounds.maxFiles) {}

std::variant<JobOrder, ApiError> ExecuteRequestReader::read(std::string_view json) const {
  return readJson(fields_, json);
}

}  // namespace brood::gateway
