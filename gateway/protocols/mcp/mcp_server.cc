#include "gateway/protocols/mcp/mcp_server.h"

#include "gateway/http/sse.h"
#include "gateway/jobs/bounded_json.h"
#include "gateway/jobs/json_text.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

// Languages change when the service is started anew.
constexpr McpCaching kCaching{300'000};
constexpr char kInstructions[] =
    "Runs programs and shell commands in sandboxes. Without a session each call has a new sandbox "
    "and nothing is kept; create_session gives one that is kept between calls.";

kj::Promise<void> sendFault(const McpFault& fault, std::string_view id, ResponseWriter& writer) {
  return writer.send(faultResponse(fault, id));
}

kj::Promise<void> sendText(std::string text, ResponseWriter& writer) {
  HttpResponse response;
  response.body = std::move(text);
  return writer.send(std::move(response));
}

kj::Promise<void> sendAccepted(ResponseWriter& writer) {
  HttpResponse response;
  response.status = 202;
  return writer.send(std::move(response));
}

std::string capabilities() { return R"({"tools":{}})"; }

std::string initializeAnswer(const McpMessage& message) {
  std::string version(kLatestHandshakeVersion);
  const json* asked =
      message.params.is_object() ? memberOf(message.params, "protocolVersion") : nullptr;
  if (asked != nullptr && asked->is_string()) {
    const auto& text = asked->get_ref<const std::string&>();
    if (isHandshakeVersion(text)) version = text;
  }
  std::string text;
  auto writer = beginResult(text, message.id);
  writer.field("protocolVersion", version).key("capabilities").raw(capabilities());
  writer.key("serverInfo").beginObject().field("name", "brood").field("version", BROOD_VERSION);
  writer.endObject().field("instructions", kInstructions);
  endResult(text, writer, McpEra::handshake);
  return text;
}

std::string discoverAnswer(const McpMessage& message) {
  std::string text;
  auto writer = beginResult(text, message.id);
  writer.key("supportedVersions").raw(dumped(supportedVersions()));
  writer.key("capabilities").raw(capabilities()).field("instructions", kInstructions);
  endResult(text, writer, McpEra::stateless, &kCaching);
  return text;
}

std::string toolsAnswer(const McpLanguages& languages, std::string_view id, McpEra era) {
  std::string text;
  auto writer = beginResult(text, id);
  writer.key("tools").raw(dumped(toolList(languages)));
  endResult(text, writer, era, &kCaching);
  return text;
}

McpLanguages languagesOf(capnp::List<rpc::RuntimeInfo>::Reader runtimes) {
  McpLanguages languages;
  for (auto runtime : runtimes) {
    if (runtime.getWhyUnavailable().size() > 0) continue;
    languages.all.emplace_back(asView(runtime.getLanguage()));
    if (runtime.getHasContexts()) languages.withContexts.push_back(languages.all.back());
  }
  return languages;
}

McpFault unknownMethod(const McpMessage& message, McpEra era) {
  return {era == McpEra::stateless ? 404u : 200u, McpCode::methodNotFound,
          "there is no method '" + shortened(message.method) + "'"};
}

// The key of whoever sends this: ids of requests are told apart by it.
std::string ownerOf(const HttpRequest& request) {
  return request.sender ? request.sender->tenant + "/" + request.sender->keyId : std::string();
}

bool mayUseSessions(const HttpRequest& request) {
  return !request.sender || request.sender->scopes.session;
}

bool concernsSessions(McpToolKind kind, const McpArguments& arguments) {
  const bool isRun = kind == McpToolKind::runCode || kind == McpToolKind::runCommand;
  return !isRun || arguments.has("session");
}

std::string progressToken(const McpMessage& message) {
  const json* meta = message.meta();
  const json* token = meta == nullptr ? nullptr : memberOf(*meta, "progressToken");
  return token == nullptr ? std::string() : idText(*token);
}

}  // namespace

McpServer::McpServer(SupervisorLink& link, const RequestBounds& bounds, JobDesk* jobs,
                     SessionDesk* sessions)
    : link_(link),
      bounds_(bounds),
      calls_(link, bounds_, jobs, sessions),
      execution_(link, calls_, bounds_),
      sessions_(calls_),
      files_(calls_) {}

void McpServer::addRoutes(Router& router) {
  // Without GET there is a 405 for it, as for DELETE: there is no stream of the server's own, and
  // no connection to end.
  router.add(
      "POST", "/mcp",
      [this](HttpRequest& request, ResponseWriter& writer) { return handle(request, writer); },
      Need::run);
}

kj::Promise<void> McpServer::handle(HttpRequest& request, ResponseWriter& writer) {
  // A page of another origin may send any other type, and none, without asking (CORS).
  if (mediaType(request.contentType) != "application/json") {
    return sendFault({415, McpCode::invalidRequest, "Content-Type must be application/json"},
                     "null", writer);
  }
  auto read = readMessage(request.body);
  request.body = {};
  if (const auto* refusal = std::get_if<McpRefusal>(&read)) {
    return sendFault(refusal->fault, refusal->id, writer);
  }
  auto& message = std::get<McpMessage>(read);
  if (message.kind != McpMessage::Kind::request) return take(message, request, writer);
  const auto era = judgeEra(message, {request.mcpVersion, request.mcpMethod, request.mcpName});
  if (const auto* fault = std::get_if<McpFault>(&era)) {
    return sendFault(*fault, message.id, writer);
  }
  return answer(message, std::get<McpEra>(era), request, writer);
}

kj::Promise<void> McpServer::take(const McpMessage& message, const HttpRequest& request,
                                  ResponseWriter& writer) {
  if (message.method == "notifications/cancelled" && message.params.is_object()) {
    if (const json* id = memberOf(message.params, "requestId")) {
      runs_.cancel({ownerOf(request), idText(*id)});
    }
  }
  return sendAccepted(writer);
}

kj::Promise<void> McpServer::answer(McpMessage& message, McpEra era, const HttpRequest& request,
                                    ResponseWriter& writer) {
  const auto& method = message.method;
  if (method == "tools/call") return callTool(message, era, request, writer);
  if (method == "tools/list") return listTools(message, era, writer);
  if (era == McpEra::stateless) {
    if (method == "server/discover") return sendText(discoverAnswer(message), writer);
  } else {
    if (method == "initialize") return sendText(initializeAnswer(message), writer);
    if (method == "ping") {
      return sendText(R"({"jsonrpc":"2.0","id":)" + message.id + R"(,"result":{}})", writer);
    }
  }
  return sendFault(unknownMethod(message, era), message.id, writer);
}

kj::Promise<void> McpServer::listTools(const McpMessage& message, McpEra era,
                                       ResponseWriter& writer) {
  KJ_IF_MAYBE (supervisor, link_.supervisor()) {
    return supervisor->runtimesRequest().send().then(
        [&writer, era, id = message.id](auto&& response) {
          return sendText(toolsAnswer(languagesOf(response.getRuntimes()), id, era), writer);
        },
        [&writer, era, id = message.id](kj::Exception&&) {
          return sendText(toolsAnswer({}, id, era), writer);
        });
  }
  return sendText(toolsAnswer({}, message.id, era), writer);
}

kj::Promise<void> McpServer::callTool(McpMessage& message, McpEra era, const HttpRequest& request,
                                      ResponseWriter& writer) {
  const auto invalid = [&](std::string text) {
    const unsigned status = era == McpEra::stateless ? 400 : 200;
    return sendFault({status, McpCode::invalidParams, std::move(text)}, message.id, writer);
  };
  const json* name = message.params.is_object() ? memberOf(message.params, "name") : nullptr;
  if (name == nullptr || !name->is_string()) return invalid("params.name must be a tool's name");
  const McpTool* tool = findTool(name->get_ref<const std::string&>());
  if (tool == nullptr) {
    return invalid("there is no tool '" + shortened(name->get_ref<const std::string&>()) + "'");
  }
  json given = json::object();
  if (const json* arguments = memberOf(message.params, "arguments")) {
    if (!arguments->is_object()) return invalid("params.arguments must be an object");
    given = std::move(message.params["arguments"]);
  }
  const auto sayError = [&](std::string_view sentence) {
    return sendText(toolErrorAnswer(sentence, message.id, era), writer);
  };
  auto read = McpArguments::read(*tool, std::move(given));
  if (const auto* sentence = std::get_if<std::string>(&read)) return sayError(*sentence);
  auto& arguments = std::get<McpArguments>(read);
  if (concernsSessions(tool->kind, arguments) && !mayUseSessions(request)) {
    return sayError("scope_missing: sessions need a key of the scope session");
  }
  auto reply = kj::refcounted<McpReply>(
      writer, McpReply::Manner{message.id, era, acceptsEventStream(request.accept),
                               progressToken(message)});
  auto call =
      kj::heap<McpToolCall>(McpToolCall{std::move(arguments), HttpRequest(), kj::addRef(*reply)});
  call->sender.sender = request.sender;
  return runs_.run({ownerOf(request), message.id}, kj::mv(reply),
                   [this, kind = tool->kind, call = kj::mv(call)]() mutable {
                     auto& borrowed = *call;
                     return work(kind, borrowed).attach(kj::mv(call));
                   });
}

kj::Promise<void> McpServer::work(McpToolKind kind, McpToolCall& call) {
  switch (kind) {
    case McpToolKind::runCode:
      return execution_.runCode(std::move(call.arguments), call.sender.sender,
                                kj::addRef(*call.reply));
    case McpToolKind::runCommand:
      return execution_.runCommand(std::move(call.arguments), call.sender.sender,
                                   kj::addRef(*call.reply));
    case McpToolKind::createSession:
      return sessions_.create(call);
    case McpToolKind::closeSession:
      return sessions_.close(call);
    case McpToolKind::listSessions:
      return sessions_.list(call);
    case McpToolKind::forkSession:
      return sessions_.fork(call);
    case McpToolKind::writeFile:
      return files_.write(call);
    case McpToolKind::readFile:
      return files_.read(call);
    case McpToolKind::listFiles:
      return files_.list(call);
  }
  KJ_UNREACHABLE;
}

}  // namespace brood::gateway::mcp
