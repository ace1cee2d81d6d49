#pragma once
// The end of a run as the result of a tool: for a model to read, and as values.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/error_response.h"
#include "gateway/protocols/mcp/mcp_envelope.h"
#include "gateway/sessions/words/cell_error.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood::gateway::mcp {

struct McpShown {
  std::string_view mime;
  std::string_view data;
  uint32_t object = 0;
};

// One run that has ended. Borrows everything.
struct McpRun {
  rpc::JobResult::Reader job;
  std::string_view standardOutput;
  std::string_view standardError;
  std::vector<McpShown> shown = {};
  std::optional<CellError> error = {};
  std::string session = {};  // Empty: it had a sandbox of its own.
};

// An answer's text, and what its gaps borrow besides what the run does.
struct McpAnswer {
  std::string text;
  JsonGaps gaps = {};
  uint64_t payload = 0;  // Bytes that the gaps borrow.
  std::vector<std::string> held = {};
};

// Clients refuse an event with more.
inline constexpr size_t kMaxEventBytes = 1 << 20;

// The whole of it. `borrowed`, the run, must outlive the answer.
McpAnswer wholeAnswer(const McpRun& borrowed, std::string_view id, McpEra era);
// As much as fits an event: the last of each text and no pictures, where the whole does not.
std::string eventAnswer(const McpRun& run, std::string_view id, McpEra era);

// The text for a model: output, error output, the values shown, the error, why it was ended.
std::string saidText(const McpRun& run);

// `structured` is JSON of ours, or empty.
std::string toolAnswer(std::string_view said, std::string_view structured, std::string_view id,
                       McpEra era);
// A tool that could not do what it was asked, and says so to the model.
std::string toolErrorAnswer(std::string_view sentence, std::string_view id, McpEra era);
std::string sentenceOf(const ApiError& error);

// A type that models take pictures of, if the bytes begin as such a picture does.
bool isPicture(std::string_view mime, std::string_view data);

}  // namespace brood::gateway::mcp
