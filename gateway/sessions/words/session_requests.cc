#include "gateway/sessions/words/session_requests.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/jobs/json_reader.h"
#include "gateway/jobs/order_fields.h"

namespace brood::gateway {
namespace {

constexpr size_t kMaxLabels = 64;
constexpr size_t kMaxLabelBytes = 256;
constexpr size_t kMaxTagBytes = 256;
// A week and a day: more than any session may have, and far from where sums of it would wrap.
constexpr uint64_t kMostMillis = 8ull * 86'400'000;
constexpr uint64_t kMostCells = 10'000;  // A terminal's side.

const TextRule kName{
    .mayBeEmpty = false, .mayHoldNul = false, .mostBytes = RequestBounds::kMaxNameBytes};
const TextRule kPath{
    .mayHoldNul = false, .mostBytes = RequestBounds::kMaxPathBytes, .tooLong = "invalid_path"};
const IntegerRule kMillis{.least = 1, .most = kMostMillis};
const IntegerRule kTimeout{.least = 1, .most = kMostMillis, .outOfRange = "invalid_limit"};

MaybeProblem checkLabel(const std::string& text, const std::string& path) {
  if (text.size() <= kMaxLabelBytes && text.find('\0') == std::string::npos) return {};
  return JsonProblem{"invalid_value",
                     "names and values in metadata have at most " + std::to_string(kMaxLabelBytes) +
                         " bytes, none of them NUL",
                     path};
}

MapRule labelRule() {
  return {.list = {.most = kMaxLabels, .elements = "entries"},
          .checkName =
              [](const std::string& name, const std::string& path) {
                if (!name.empty()) return checkLabel(name, path);
                return MaybeProblem(
                    JsonProblem{"invalid_value", "names in metadata must not be empty", path});
              },
          .checkValue = [](const std::string&, const std::string& value,
                           const std::string& path) { return checkLabel(value, path); }};
}

JsonFields<SessionOrder> sessionFields(const RequestBounds& bounds) {
  JsonFields<SessionOrder> fields;
  fields.text("language", &SessionOrder::language, kName);
  fields.text("profile", &SessionOrder::profile, kName);
  fields.map("env", &SessionOrder::env, environmentRule());
  fields.object("limits", &SessionOrder::limits, limitFields(bounds.limits));
  addFiles(fields, &SessionOrder::files, bounds.maxFiles);
  addNetwork(fields, &SessionOrder::network);
  fields.map("metadata", &SessionOrder::metadata, labelRule());
  fields.integer("ttl_ms", &SessionOrder::ttlMs, kMillis);
  fields.integer("idle_timeout_ms", &SessionOrder::idleTimeoutMs, kMillis);
  return fields;
}

JsonFields<SessionChange> changeFields() {
  JsonFields<SessionChange> fields;
  fields.integer("ttl_ms", &SessionChange::ttlMs, kMillis);
  fields.integer("idle_timeout_ms", &SessionChange::idleTimeoutMs, kMillis);
  fields.map("metadata", &SessionChange::metadata, labelRule(), &SessionChange::setsMetadata);
  return fields;
}

JsonFields<CellOrder> cellFields() {
  JsonFields<CellOrder> fields;
  // Bounded by the body that it comes in.
  fields.text("code", &CellOrder::code, {.mayHoldNul = false}).required();
  fields.text("context", &CellOrder::context, kName);
  fields.text("language", &CellOrder::language, kName);
  fields.text("stdin", &CellOrder::stdinText);
  fields.integer("timeout_ms", &CellOrder::timeoutMs, kTimeout);
  fields.map("env", &CellOrder::env, environmentRule());
  fields.flag("rich", &CellOrder::rich);
  fields.flag("detach", &CellOrder::detach);
  return fields;
}

JsonFields<ContextOrder> contextFields() {
  JsonFields<ContextOrder> fields;
  fields.text("language", &ContextOrder::language, kName);
  fields.text("name", &ContextOrder::name, kName);
  fields.text("cwd", &ContextOrder::cwd, kPath);
  return fields;
}

JsonFields<TerminalSize> terminalFields() {
  const IntegerRule sides{.least = 1, .most = kMostCells};
  JsonFields<TerminalSize> fields;
  fields.integer("rows", &TerminalSize::rows, sides).required();
  fields.integer("cols", &TerminalSize::columns, sides).required();
  return fields;
}

JsonFields<CommandOrder> commandFields() {
  const TextRule argument{.mayHoldNul = false, .mostBytes = RequestBounds::kMaxArgBytes};
  JsonFields<CommandOrder> fields;
  fields.texts("argv", &CommandOrder::args, {.most = RequestBounds::kMaxArgs}, argument);
  fields.text("command", &CommandOrder::line, argument);
  fields.text("cwd", &CommandOrder::cwd, kPath);
  fields.map("env", &CommandOrder::env, environmentRule());
  fields.text("stdin", &CommandOrder::stdinText);
  fields.flag("keep_stdin_open", &CommandOrder::keepStdinOpen);
  fields.object("tty", &CommandOrder::terminal, terminalFields());
  fields.flag("background", &CommandOrder::background);
  fields.integer("timeout_ms", &CommandOrder::timeoutMs, kTimeout);
  fields.text("tag", &CommandOrder::tag, {.mayHoldNul = false, .mostBytes = kMaxTagBytes});
  return fields;
}

JsonFields<CommandInput> inputFields() {
  JsonFields<CommandInput> fields;
  fields.text("data", &CommandInput::data);
  fields.text("encoding", &CommandInput::encoding, {.choices = {"utf8", "base64"}});
  fields.flag("close", &CommandInput::close);
  return fields;
}

JsonFields<SignalOrder> signalFields() {
  JsonFields<SignalOrder> fields;
  fields.text("signal", &SignalOrder::name, kName).required();
  return fields;
}

template <typename T>
std::variant<T, ApiError> readOrEmpty(const JsonFields<T>& fields, std::string_view json) {
  return readJson(fields, json.empty() ? "{}" : json);
}

ApiError invalid(std::string message, std::string field) {
  return {400, "invalid_value", std::move(message), std::move(field), {}};
}

// Text that a program's arguments make for people and for the audit log's digest.
std::string joined(const std::vector<std::string>& args) {
  std::string text;
  for (const auto& arg : args) text += (text.empty() ? "" : " ") + arg;
  return text;
}

std::optional<ApiError> finish(CommandOrder& order) {
  if (order.args.empty() == order.line.empty()) {
    return invalid("a command has either argv or command, and that is not empty", "argv");
  }
  if (!order.args.empty() && order.args[0].empty()) {
    return invalid("argv[0] names a program: it must not be empty", "argv[0]");
  }
  if (!order.line.empty()) order.args = {"/bin/bash", "-lc", order.line};
  order.code = joined(order.args);
  order.limits.wallTimeMs = order.timeoutMs;
  return {};
}

}  // namespace

SessionRequestReader::SessionRequestReader(const RequestBounds& bounds)
    : session_(sessionFields(bounds)),
      change_(changeFields()),
      cell_(cellFields()),
      context_(contextFields()),
      command_(commandFields()),
      input_(inputFields()),
      signal_(signalFields()),
      terminal_(terminalFields()) {}

std::variant<SessionOrder, ApiError> SessionRequestReader::session(std::string_view json) const {
  return readOrEmpty(session_, json);
}

std::variant<SessionChange, ApiError> SessionRequestReader::change(std::string_view json) const {
  return readOrEmpty(change_, json);
}

std::variant<CellOrder, ApiError> SessionRequestReader::cell(std::string_view json) const {
  auto read = readJson(cell_, json);
  if (auto* order = std::get_if<CellOrder>(&read)) {
    order->kind = JobOrder::Kind::cell;
    order->limits.wallTimeMs = order->timeoutMs;
  }
  return read;
}

std::variant<ContextOrder, ApiError> SessionRequestReader::context(std::string_view json) const {
  return readOrEmpty(context_, json);
}

std::variant<CommandOrder, ApiError> SessionRequestReader::command(std::string_view json) const {
  auto read = readJson(command_, json);
  if (auto* order = std::get_if<CommandOrder>(&read)) {
    order->kind = JobOrder::Kind::command;
    if (auto error = finish(*order)) return std::move(*error);
  }
  return read;
}

std::variant<CommandInput, ApiError> SessionRequestReader::input(std::string_view json) const {
  auto read = readJson(input_, json);
  if (auto* order = std::get_if<CommandInput>(&read)) {
    if (auto problem = decodeText(order->data, order->encoding, "data")) {
      return ApiError{400, problem->code, problem->message, problem->field, {}};
    }
  }
  return read;
}

std::variant<SignalOrder, ApiError> SessionRequestReader::signal(std::string_view json) const {
  auto read = readJson(signal_, json);
  if (auto* order = std::get_if<SignalOrder>(&read)) {
    if (signalNumber(order->name) == 0) {
      return invalid("signal must be a name such as SIGINT", "signal");
    }
  }
  return read;
}

std::variant<TerminalSize, ApiError> SessionRequestReader::terminal(std::string_view json) const {
  return readJson(terminal_, json);
}

}  // namespace brood::gateway
