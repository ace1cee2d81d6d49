#include "gateway/protocols/mcp/mcp_result.h"

#include <algorithm>

#include "base/utf8.h"
#include "gateway/jobs/answer_pieces.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway::mcp {
namespace {

// The most of each text in an event: JSON may make six times that of it, and there are six such
// texts.
constexpr size_t kEventTextBytes = 24 * 1024;
constexpr size_t kEventNameBytes = 256;
constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n";
constexpr std::string_view kJpeg = "\xff\xd8\xff";
constexpr std::string_view kCut = "[the beginning is left out]\n";

// The end of a text, from a whole character on.
std::string_view lastOf(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  text.remove_prefix(text.size() - most);
  const auto isContinuation = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  while (!text.empty() && isContinuation(text.front())) text.remove_prefix(1);
  return text;
}

void addLine(std::string& text, std::string_view piece) {
  if (piece.empty()) return;
  if (!text.empty() && text.back() != '\n') text += '\n';
  text += piece;
}

void addOutput(std::string& text, const char* name, std::string_view bytes, bool isCut) {
  TextProbe probe(bytes, isCut);
  while (!probe.look(SIZE_MAX)) {
  }
  if (probe.isText()) return addLine(text, probe.content());
  addLine(text, "[" + std::string(name) + ": " + std::to_string(bytes.size()) +
                    " bytes that are no text]");
}

// Whether another form of the same object says more to a model than its text.
bool hasPicture(const McpRun& run, uint32_t object) {
  return std::any_of(run.shown.begin(), run.shown.end(), [&](const McpShown& each) {
    return each.object == object && isPicture(each.mime, each.data);
  });
}

void writeUsage(JsonWriter& json, rpc::JobResult::Reader job) {
  json.key("usage").beginObject().field("cpu_us", job.getCpuMicros());
  json.field("wall_us", job.getWallMicros());
  json.field("peak_memory_bytes", job.getPeakMemoryBytes()).endObject();
}

void writeError(JsonWriter& json, const std::optional<CellError>& error) {
  json.key("error");
  if (!error) {
    json.null();
    return;
  }
  json.beginObject().field("name", error->name).field("value", error->value);
  json.key("traceback").beginArray();
  for (const auto& line : error->traceback) json.string(line);
  json.endArray().endObject();
}

void writeStructured(JsonWriter& json, const McpRun& run) {
  const auto job = run.job;
  json.beginObject().field("status", statusName(job.getStatus())).key("exit_code");
  if (job.getHasExitCode()) {
    json.number(int64_t{job.getExitCode()});
  } else {
    json.null();
  }
  json.output("stdout", run.standardOutput, job.getStdoutTruncated());
  json.output("stderr", run.standardError, job.getStderrTruncated());
  json.key("session");
  if (run.session.empty()) {
    json.null();
  } else {
    json.string(run.session);
  }
  json.key("results").beginArray();
  for (const auto& each : run.shown) {
    json.beginObject().field("mime", each.mime).bytes("data", each.data).endObject();
  }
  json.endArray();
  writeError(json, run.error);
  writeUsage(json, job);
  json.endObject();
}

void writeTextItem(JsonWriter& json, std::string_view text) {
  json.beginObject().field("type", "text").field("text", text).endObject();
}

McpAnswer answerOf(const McpRun& run, std::string_view id, McpEra era, bool mayHaveGaps,
                   size_t mostSaid = SIZE_MAX) {
  McpAnswer answer;
  answer.held.push_back(saidText(run));
  answer.held[0] = std::string(lastOf(answer.held[0], mostSaid));
  for (const auto& each : run.shown) {
    if (isPicture(each.mime, each.data)) answer.held.push_back(encodeBase64(each.data));
  }
  answer.payload = run.standardOutput.size() + run.standardError.size();
  for (const auto& each : run.shown) answer.payload += each.data.size();
  for (const auto& each : answer.held) answer.payload += each.size();
  const bool isLarge = answer.payload > kSmallPayloadBytes;
  auto json = beginResult(answer.text, id, isLarge && mayHaveGaps ? &answer.gaps : nullptr);
  json.key("content").beginArray();
  writeTextItem(json, answer.held[0]);
  size_t picture = 0;
  for (const auto& each : run.shown) {
    if (!isPicture(each.mime, each.data)) continue;
    json.beginObject().field("type", "image").field("data", answer.held[++picture]);
    json.field("mimeType", each.mime).endObject();
  }
  json.endArray().key("structuredContent");
  writeStructured(json, run);
  json.field("isError", run.job.getStatus() != rpc::JobStatus::OK);
  endResult(answer.text, json, era);
  return answer;
}

}  // namespace

bool isPicture(std::string_view mime, std::string_view data) {
  return (mime == "image/png" && data.starts_with(kPng)) ||
         (mime == "image/jpeg" && data.starts_with(kJpeg));
}

std::string saidText(const McpRun& run) {
  std::string text;
  addOutput(text, "stdout", run.standardOutput, run.job.getStdoutTruncated());
  addOutput(text, "stderr", run.standardError, run.job.getStderrTruncated());
  for (const auto& each : run.shown) {
    if (each.mime == "text/plain" && !hasPicture(run, each.object)) addLine(text, each.data);
  }
  if (run.error) {
    std::string traceback;
    for (const auto& line : run.error->traceback) addLine(traceback, line);
    if (traceback.empty()) traceback = run.error->name + ": " + run.error->value;
    addLine(text, traceback);
  }
  if (run.job.hasCompile()) {
    addLine(text, asView(run.job.getCompile().getStderr()));
  }
  if (run.job.getStatus() != rpc::JobStatus::OK && run.job.getMessage().size() > 0) {
    addLine(text, "[" + std::string(statusName(run.job.getStatus())) + ": " +
                      std::string(asView(run.job.getMessage())) + "]");
  }
  return text.empty() ? "(no output)" : text;
}

McpAnswer wholeAnswer(const McpRun& borrowed, std::string_view id, McpEra era) {
  return answerOf(borrowed, id, era, true);
}

std::string eventAnswer(const McpRun& run, std::string_view id, McpEra era) {
  std::string whole = answerOf(run, id, era, false).text;
  if (whole.size() < kMaxEventBytes) return whole;
  McpRun part = run;
  const std::string output =
      std::string(kCut) + std::string(lastOf(run.standardOutput, kEventTextBytes));
  const std::string errors =
      std::string(kCut) + std::string(lastOf(run.standardError, kEventTextBytes));
  if (run.standardOutput.size() > kEventTextBytes) part.standardOutput = output;
  if (run.standardError.size() > kEventTextBytes) part.standardError = errors;
  size_t room = kEventTextBytes;
  std::erase_if(part.shown, [&room](const McpShown& each) {
    const bool fits = each.data.size() + each.mime.size() <= room;
    if (fits) room -= each.data.size() + each.mime.size();
    return !fits;
  });
  if (part.error) {
    part.error->traceback.clear();
    part.error->value = std::string(lastOf(part.error->value, kEventTextBytes));
    part.error->name = part.error->name.substr(0, kEventNameBytes);
  }
  return answerOf(part, id, era, false, 2 * kEventTextBytes).text;
}

std::string toolAnswer(std::string_view said, std::string_view structured, std::string_view id,
                       McpEra era) {
  std::string text;
  auto json = beginResult(text, id);
  json.key("content").beginArray();
  writeTextItem(json, said);
  json.endArray();
  if (!structured.empty()) json.key("structuredContent").raw(structured);
  json.field("isError", false);
  endResult(text, json, era);
  return text;
}

std::string toolErrorAnswer(std::string_view sentence, std::string_view id, McpEra era) {
  std::string text;
  auto json = beginResult(text, id);
  json.key("content").beginArray();
  writeTextItem(json, sentence);
  json.endArray().field("isError", true);
  endResult(text, json, era);
  return text;
}

std::string sentenceOf(const ApiError& error) {
  return error.code + ": " + error.message + (error.field.empty() ? "" : " (" + error.field + ")");
}

}  // namespace brood::gateway::mcp
