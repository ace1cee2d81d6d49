#include "gateway/protocols/mcp/mcp_files.h"

#include "gateway/jobs/answer_pieces.h"
#include "gateway/jobs/order_fields.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway::mcp {
namespace {

const char* typeWord(rpc::FileType type) {
  switch (type) {
    case rpc::FileType::FILE:
      return "file";
    case rpc::FileType::DIRECTORY:
      return "directory";
    case rpc::FileType::SYMLINK:
      return "symlink";
    case rpc::FileType::OTHER:
      break;
  }
  return "other";
}

std::string listJson(capnp::List<rpc::FileInfo>::Reader files) {
  std::string text;
  JsonWriter json(text);
  json.beginObject().key("files").beginArray();
  for (auto file : files) {
    json.beginObject().field("path", asView(file.getPath()));
    json.field("type", typeWord(file.getType())).field("size", file.getSize()).endObject();
  }
  json.endArray().endObject();
  return text;
}

std::string_view mimeOf(std::string_view content) {
  for (const auto mime : {"image/png", "image/jpeg"}) {
    if (isPicture(mime, content)) return mime;
  }
  return {};
}

// A file's content as the result of the tool: as text, as a picture, or in base64.
std::string contentAnswer(const std::string& path, std::string_view content,
                          const McpReply& reply) {
  const OutputText text(content);
  const auto mime = mimeOf(content);
  std::string answer;
  auto json = beginResult(answer, reply.id());
  json.key("content").beginArray().beginObject();
  if (!mime.empty()) {
    json.field("type", "image").field("data", text.text()).field("mimeType", mime);
  } else {
    json.field("type", "text").field("text", text.text());
  }
  json.endObject().endArray().key("structuredContent").beginObject().field("path", path);
  json.field("content", text.text()).field("encoding", text.encoding());
  json.field("size", uint64_t{content.size()}).endObject().field("isError", false);
  endResult(answer, json, reply.era());
  return answer;
}

template <typename Results>
std::optional<ApiError> refusalOf(const capnp::Response<Results>& response) {
  const auto outcome = response.getOutcome();
  if (outcome.isRejected()) return fromRejection(outcome.getRejected());
  return {};
}

}  // namespace

kj::Promise<void> McpFiles::inSession(McpToolCall& call, WithSession then) {
  call.session = call.arguments.take("session");
  return calls_.find(
      call.sender, call.session,
      [then = std::move(then)](rpc::Session::Client session, rpc::SessionInfo::Reader) {
        return then(session);
      },
      [&call](const ApiError& error) { return call.reply->fail(error); });
}

void McpFiles::note(const McpToolCall& call, const char* verdict, const std::string& path) {
  calls_.note(call.sender, {"file", verdict, call.session, {}, {}, path});
}

kj::Promise<void> McpFiles::write(McpToolCall& call) {
  const std::string path = call.arguments.take("path");
  const auto content = std::make_shared<std::string>(call.arguments.take("content"));
  if (const auto problem = decodeText(*content, call.arguments.take("encoding"), "content")) {
    return call.reply->fail({400, problem->code, problem->message, problem->field, {}});
  }
  if (content->size() > calls_.maxMessageBytes) {
    return call.reply->fail(messageTooLarge(content->size(), calls_.maxMessageBytes));
  }
  return inSession(call, [this, &call, path, content](rpc::Session::Client session) {
    auto request = session.writeFileRequest();
    request.setPath(asText(path));
    request.setContent(asData(*content));
    return request.send().then(
        [this, &call, path,
         size = content->size()](capnp::Response<rpc::Session::WriteFileResults>&& response) {
          if (const auto error = refusalOf(response)) return call.reply->fail(*error);
          note(call, "written", path);
          std::string json;
          JsonWriter(json)
              .beginObject()
              .field("path", path)
              .field("size", uint64_t{size})
              .endObject();
          return answerJson(*call.reply, json);
        },
        failBroken(*call.reply));
  });
}

kj::Promise<void> McpFiles::read(McpToolCall& call) {
  const std::string path = call.arguments.take("path");
  return inSession(call, [this, &call, path](rpc::Session::Client session) {
    auto request = session.readFileRequest();
    request.setPath(asText(path));
    return request.send().then(
        [this, &call, path](capnp::Response<rpc::Session::ReadFileResults>&& response) {
          if (const auto error = refusalOf(response)) return call.reply->fail(*error);
          note(call, "read", path);
          const auto content = asView(response.getOutcome().getContent());
          // It is in the answer twice, and longer there.
          if (!call.reply->writer().share().reserve(3 * content.size())) {
            return call.reply->fail(buffersFull());
          }
          return call.reply->finish(contentAnswer(path, content, *call.reply));
        },
        failBroken(*call.reply));
  });
}

kj::Promise<void> McpFiles::list(McpToolCall& call) {
  const std::string given = call.arguments.take("path");
  const std::string path = given.empty() ? std::string(".") : given;
  return inSession(call, [&call, path](rpc::Session::Client session) {
    auto request = session.listRequest();
    request.setPath(asText(path));
    request.setDepth(1);
    return request.send().then(
        [&call](capnp::Response<rpc::Session::ListResults>&& response) {
          if (const auto error = refusalOf(response)) return call.reply->fail(*error);
          return answerJson(*call.reply, listJson(response.getOutcome().getFiles()));
        },
        failBroken(*call.reply));
  });
}

}  // namespace brood::gateway::mcp
