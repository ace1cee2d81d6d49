#include "gateway/api/execute_form.h"

#include "gateway/http/multipart.h"

namespace brood {
namespace {

ApiError invalidForm(std::string message) {
  return {400, "invalid_form", std::move(message), {}, {}};
}

}  // namespace

std::variant<ExecuteRequest, ApiError> decodeExecuteForm(std::string_view contentType,
                                                         std::string_view body,
                                                         const LimitsConfig& limits) {
  const auto boundary = boundaryOf(contentType);
  if (!boundary) return invalidForm("multipart/form-data has no valid boundary");
  auto parsed = parseForm(*boundary, body);
  if (auto* problem = std::get_if<std::string>(&parsed)) return invalidForm(std::move(*problem));

  const FormPart* request = nullptr;
  std::vector<RequestFile> files;
  for (const auto& part : std::get<std::vector<FormPart>>(parsed)) {
    if (part.filename) {
      files.push_back({*part.filename, std::string(part.content), false});
    } else if (part.name != "request") {
      return invalidForm("a part without a file name must be called 'request'");
    } else if (request != nullptr) {
      return invalidForm("there are two parts called 'request'");
    } else {
      request = &part;
    }
  }
  if (request == nullptr) return invalidForm("there is no part called 'request'");
  auto decoded = decodeExecuteRequest(request->content, limits);
  if (auto* good = std::get_if<ExecuteRequest>(&decoded)) {
    for (auto& file : files) good->files.push_back(std::move(file));
  }
  return decoded;
}

}  // namespace brood
