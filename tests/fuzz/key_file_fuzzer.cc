// A key file, as whoever may write it has written it.
//
// Properties: a refusal is one printable line; what is accepted means the same when it is written
// and read again, every limit is bounded, and each key is found by none but its own digest.
#include "gateway/access/key_ring.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
namespace {

using namespace gateway;

void requirePlainLine(const std::string& text) {
  for (const char c : text) require(c >= ' ' && c < 0x7f, "a refusal is a printable line", text);
  require(!text.empty() && text.size() < 4096, "and a short one", text);
}

void requireBounds(const TenantLimits& limits) {
  for (const auto& quota : kQuotas) {
    const auto& value = limits.*quota.value;
    require(!value || *value == kUnlimited || *value <= quota.most, "a limit is bounded");
  }
}

void check(std::string_view input) {
  auto parsed = parseKeyFile(input);
  if (const auto* problem = std::get_if<std::string>(&parsed)) return requirePlainLine(*problem);
  const auto& file = std::get<KeyFile>(parsed);
  requireBounds(file.defaults);
  for (const auto& [name, limits] : file.tenants) {
    require(isTenantName(name), "a tenant has a name");
    requireBounds(limits);
  }
  const std::string text = keyFileText(file);
  auto again = parseKeyFile(text);
  require(std::holds_alternative<KeyFile>(again), "what is written can be read", text);
  require(std::get<KeyFile>(again) == file, "and is the same", text);
  const KeyRing ring(file);
  require(ring.find(input, 0).verdict == KeyVerdict::unknown, "the file's text is no key");
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
