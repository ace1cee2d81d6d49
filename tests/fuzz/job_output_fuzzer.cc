// Feeds a job's output to the JSON encoder and to an event stream.
//
// Properties: whatever the bytes, the answer is valid JSON in valid UTF-8; valid text arrives
// unchanged; a stream cut anywhere says the same as the whole; no byte of a job ends an event.
#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "gateway/http/sse.h"
#include "rpc/calls/json_writer.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace gateway;

namespace {

std::string written(std::string_view text) {
  std::string json;
  appendJsonString(json, text);
  return json;
}

// An independent reader's view of a JSON string.
std::string decoded(const std::string& json) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  require(value.is_string(), "a job's output is written as a JSON string", json);
  return value.get<std::string>();
}

std::string inPieces(std::string_view bytes, const Cuts& cuts) {
  Utf8Splitter splitter;
  std::string text;
  size_t begin = 0;
  for (const size_t end : cuts) {
    text += decoded(written(splitter.push(bytes.substr(begin, end - begin))));
    begin = end;
  }
  return text + decoded(written(splitter.finish()));
}

void checkEvent(const std::string& json) {
  const std::string event = sseEvent("stdout", json);
  require(event.find("\n\n") == event.size() - 2, "an event ends once", event);
  require(event.find('\r') == std::string::npos, "and has no other line ends", event);
}

void check(std::string_view bytes) {
  const std::string json = written(bytes);
  const std::string whole = decoded(json);
  require(decoded(written(whole)) == whole, "valid text arrives unchanged");
  for (const auto& cuts : waysToCut(bytes)) {
    require(inPieces(bytes, cuts) == whole, "a stream cut anywhere says the same");
  }
  checkEvent(json);
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
