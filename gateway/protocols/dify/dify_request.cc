#include "gateway/protocols/dify/dify_request.h"

#include "gateway/jobs/bounded_json.h"

namespace brood::gateway::dify {
namespace {

ApiError refused(std::string message, std::string field = {}) {
  return {400, "invalid_request", std::move(message), std::move(field), {}};
}

// Nothing: it is not there, or not a text.
const std::string* textIn(const nlohmann::json& body, const char* name) {
  const auto* member = memberOf(body, name);
  return member == nullptr ? nullptr : member->get_ptr<const std::string*>();
}

}  // namespace

std::string_view languageOf(std::string_view name) {
  if (name == "python3") return "python";
  if (name == "nodejs") return "javascript";
  return {};
}

std::variant<JobOrder, ApiError> readRun(std::string_view body) {
  auto parsed = parseBounded(body);
  if (const auto* fault = std::get_if<JsonFault>(&parsed)) return refused(fault->text);
  const auto& request = std::get<nlohmann::json>(parsed);
  const auto* language = textIn(request, "language");
  if (language == nullptr) return refused("language is required as a string", "language");
  if (languageOf(*language).empty()) return refused("unsupported language", "language");
  const auto* code = textIn(request, "code");
  if (code == nullptr) return refused("code is required as a string", "code");

  JobOrder order;
  order.language = languageOf(*language);
  if (const auto* preload = textIn(request, "preload"); preload != nullptr && !preload->empty()) {
    order.code = *preload + "\n";
  }
  order.code += *code;
  if (order.code.find('\0') != std::string::npos) return refused("code must not hold NUL", "code");
  // Dify asks for network with every request: it gets what is configured, and none if it says so.
  const auto* network = memberOf(request, "enable_network");
  if (network != nullptr && network->is_boolean() && !network->get<bool>()) {
    order.network.kind = NetworkOrder::Kind::off;
  }
  return order;
}

}  // namespace brood::gateway::dify
