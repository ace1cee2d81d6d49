#pragma once
// The words of cells and commands: JSON, or server-sent events, each with an id.
//
// The events are those of POST /v1/execute (gateway/protocols/v1/v1_formats.h); `exit` is the
// result of the cell, or the command and what it used, without output.

#include <functional>
#include <string>
#include <string_view>

#include "gateway/protocols/v1/v1_formats.h"
#include "rpc/calls/sessions.capnp.h"

namespace brood::gateway {

// The events of one stream, counted from 1.
class NumberedEvents final : public EventFormat {
 public:
  // Writes what the `exit` event says. Called once, when the stream ends with a result.
  using WriteExit = std::function<void(JsonWriter&)>;
  void setExit(WriteExit exit) { exit_ = std::move(exit); }

  std::string contentType() const override;
  std::string filler() const override;
  std::string started(std::string_view id, std::string_view start) const override;
  std::string output(rpc::OutputStream stream, const OutputText& output) const override;
  std::string result(rpc::RichResult::Reader result) const override;
  void appendEnd(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result) const override;
  std::string failed(const ApiError& error) const override;
  // The `exit` event alone.
  std::string exit() const;

 private:
  // "id: 7\n"
  std::string nextId() const;

  const V1Events events_;
  WriteExit exit_;
  mutable uint64_t lastId_ = 0;
};

}  // namespace brood::gateway
