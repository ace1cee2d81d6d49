#include "gateway/sessions/words/cell_formats.h"

#include "rpc/calls/result_json.h"

namespace brood::gateway {

std::string NumberedEvents::nextId() const { return "id: " + std::to_string(++lastId_) + "\n"; }

std::string NumberedEvents::contentType() const { return events_.contentType(); }

std::string NumberedEvents::filler() const { return events_.filler(); }

std::string NumberedEvents::started(std::string_view id, std::string_view start) const {
  return nextId() + events_.started(id, start);
}

std::string NumberedEvents::output(rpc::OutputStream stream, const OutputText& output) const {
  return nextId() + events_.output(stream, output);
}

std::string NumberedEvents::result(rpc::RichResult::Reader result) const {
  return nextId() + events_.result(result);
}

void NumberedEvents::appendEnd(std::string& text, JsonGaps* gaps,
                               rpc::JobResult::Reader result) const {
  for (auto each : result.getResults()) {
    text += nextId();
    appendEvent(text, "result", gaps, [&](JsonWriter& json) { writeRichResult(json, each); });
  }
  text += exit();
}

std::string NumberedEvents::exit() const {
  std::string text = nextId();
  appendEvent(text, "exit", nullptr, [this](JsonWriter& json) { exit_(json); });
  return text;
}

std::string NumberedEvents::failed(const ApiError& error) const {
  return nextId() + events_.failed(error);
}

}  // namespace brood::gateway
