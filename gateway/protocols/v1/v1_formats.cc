#include "gateway/protocols/v1/v1_formats.h"

#include "gateway/http/sse.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {
void V1Answers::appendAnswer(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result,
                             const MaybeTrace& trace) const {
  JsonWriter json(text, gaps);
  writeResult(json, result, true, trace);
}

std::string V1Events::contentType() const { return std::string(kEventStreamType); }

std::string V1Events::filler() const { return ":\n\n"; }

std::string V1Events::started(std::string_view id, std::string_view start) const {
  std::string event;
  appendEvent(event, "start", nullptr, [&](JsonWriter& json) {
    json.beginObject().field("id", id).field("start", start).endObject();
  });
  return event;
}

std::string V1Events::output(rpc::OutputStream stream, const OutputText& output) const {
  std::string event;
  event.reserve(output.text().size() + output.text().size() / 8 + 72);
  const char* name = stream == rpc::OutputStream::STDOUT ? "stdout" : "stderr";
  appendEvent(event, name, nullptr, [&](JsonWriter& json) {
    json.beginObject().field("data", output.text());
    if (output.isBase64()) json.field("encoding", "base64");
    json.endObject();
  });
  return event;
}

std::string V1Events::result(rpc::RichResult::Reader result) const {
  std::string event;
  appendEvent(event, "result", nullptr, [&](JsonWriter& json) { writeRichResult(json, result); });
  return event;
}

void V1Events::appendEnd(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result) const {
  for (auto each : result.getResults()) {
    appendEvent(text, "result", gaps, [&](JsonWriter& json) { writeRichResult(json, each); });
  }
  for (auto file : result.getFiles()) {
    appendEvent(text, "file", gaps, [&](JsonWriter& json) { writeFile(json, file); });
  }
  appendEvent(text, "exit", gaps, [&](JsonWriter& json) { writeResult(json, result, false); });
}

std::string V1Events::failed(const ApiError& error) const {
  return sseEvent("error", errorJson(error));
}

}  // namespace brood::gateway
