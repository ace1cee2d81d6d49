// A boundary on the first line, a body of multipart/form-data behind it.
//
// Properties: a body is refused or taken apart; every part's content lies in the body, in order,
// and without the delimiter; written anew, the parts read the same.
#include "gateway/http/multipart.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace gateway;

namespace {

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string written(const std::string& boundary, const std::vector<FormPart>& parts) {
  std::string body;
  for (const auto& part : parts) {
    body += "--" + boundary + "\r\nContent-Disposition: form-data; name=" + quoted(part.name);
    if (part.filename) body += "; filename=" + quoted(*part.filename);
    body += "\r\n\r\n" + std::string(part.content) + "\r\n";
  }
  return body + "--" + boundary + "--\r\n";
}

void check(std::string_view text) {
  const auto line = text.find('\n');
  if (line == std::string_view::npos) return;
  const auto boundary =
      boundaryOf("multipart/form-data; boundary=" + std::string(text.substr(0, line)));
  if (!boundary) return;
  require(!boundary->empty() && boundary->size() <= 70, "a boundary is as RFC 2046 has it");
  const auto body = text.substr(line + 1);
  auto parsed = parseForm(*boundary, body);
  auto* parts = std::get_if<std::vector<FormPart>>(&parsed);
  if (parts == nullptr) {
    require(!std::get<std::string>(parsed).empty(), "a refusal has a reason");
    return;
  }
  const char* reached = body.data();
  for (const auto& part : *parts) {
    require(part.content.data() >= reached &&
                part.content.data() + part.content.size() <= body.data() + body.size(),
            "content lies in the body, in order");
    reached = part.content.data() + part.content.size();
    require(part.content.find("\r\n--" + *boundary) == std::string_view::npos,
            "content does not contain the delimiter");
  }
  if (parts->empty()) return;
  FormLimits roomy;
  roomy.maxHeadBytes = 1 << 20;
  const auto anew = written(*boundary, *parts);
  auto again = parseForm(*boundary, anew, roomy);
  auto* same = std::get_if<std::vector<FormPart>>(&again);
  require(same != nullptr && same->size() == parts->size(), "written anew it is read");
  for (size_t i = 0; i < parts->size(); ++i) {
    require((*same)[i].name == (*parts)[i].name && (*same)[i].filename == (*parts)[i].filename &&
                (*same)[i].content == (*parts)[i].content,
            "and is the same");
  }
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
