#include "gateway/protocols/v1/execute_form.h"

#include "gateway/http/multipart.h"

namespace brood::gateway {
namespace {

ApiError invalidForm(std::string message) {
  return {400, "invalid_form", std::move(message), {}, {}};
}

constexpr std::string_view kRequest = "request";

// A field for a file in which nobody has chosen one.
bool isEmptyFileField(const FormPart& part) {
  return part.filename && part.filename->empty() && part.content.empty();
}

// The part that is the request: the one of that name without a file name or, since some clients
// give one to whatever has a type, else the one with. Null, and why, if there is not exactly one.
const FormPart* findRequest(const std::vector<FormPart>& parts, std::string& problem) {
  std::vector<const FormPart*> plain, named;
  for (const auto& part : parts) {
    if (part.name == kRequest && !isEmptyFileField(part)) {
      (part.filename ? named : plain).push_back(&part);
    } else if (!part.filename) {
      problem = "a part without a file name must be called 'request'";
      return nullptr;
    }
  }
  // Beside the request, parts of its name that have a file name are files as all others are.
  const auto& candidates = plain.empty() ? named : plain;
  if (candidates.empty()) problem = "there is no part called 'request'";
  if (candidates.size() > 1) problem = "there are two parts called 'request'";
  return problem.empty() ? candidates.front() : nullptr;
}

}  // namespace

std::variant<JobOrder, ApiError> decodeExecuteForm(std::string_view contentType,
                                                   std::string_view body,
                                                   const ExecuteRequestReader& reader) {
  const auto boundary = boundaryOf(contentType);
  if (!boundary) return invalidForm("multipart/form-data has no valid boundary");
  auto parsed = parseForm(*boundary, body);
  if (auto* problem = std::get_if<std::string>(&parsed)) return invalidForm(std::move(*problem));

  const auto& parts = std::get<std::vector<FormPart>>(parsed);
  std::string problem;
  const FormPart* request = findRequest(parts, problem);
  if (request == nullptr) return invalidForm(std::move(problem));
  auto decoded = reader.read(request->content);
  if (auto* good = std::get_if<JobOrder>(&decoded)) {
    for (const auto& part : parts) {
      if (&part == request || isEmptyFileField(part)) continue;
      if (good->files.size() == reader.maxFiles()) {
        return ApiError{
            400,
            "too_many",
            "files may have at most " + std::to_string(reader.maxFiles()) + " files, got more",
            "files",
            {}};
      }
      good->files.push_back({*part.filename, std::string(part.content), false});
    }
  }
  return decoded;
}

}  // namespace brood::gateway
