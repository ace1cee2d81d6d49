#include "gateway/sessions/file_calls.h"

#include <charconv>

#include "gateway/http/multipart.h"
#include "gateway/http/query.h"
#include "gateway/http/sse.h"
#include "gateway/sessions/file_download.h"
#include "gateway/sessions/words/session_json.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {
namespace {

constexpr uint32_t kDefaultDepth = 1;
constexpr uint32_t kMostDepth = 64;
constexpr uint32_t kMostMode = 07777;

ApiError badRequest(const char* code, std::string message, std::string field = {}) {
  return {400, code, std::move(message), std::move(field), {}};
}

// The number in a query, within its range; `ifAbsent` where it is not there.
std::variant<uint32_t, ApiError> numberIn(const HttpRequest& request, std::string_view name,
                                          uint32_t ifAbsent, uint32_t most, int base) {
  const auto text = queryValue(request.query, name);
  if (!text) return ifAbsent;
  uint32_t value = 0;
  const char* end = text->data() + text->size();
  const auto [parsed, problem] = std::from_chars(text->data(), end, value, base);
  if (problem == std::errc() && parsed == end && value <= most) return value;
  const std::string field(name);
  return badRequest("invalid_value",
                    field + (base == 8 ? " must be octal, 0..7777" : " must be 0..64"), field);
}

// The path that a request is about; where it has none, the working directory.
std::variant<std::string, ApiError> pathOf(const HttpRequest& request) {
  if (request.pathValues.size() < 2) return std::string(".");
  auto path = nameInPath(request, 1);
  if (auto* text = std::get_if<std::string>(&path)) {
    if (text->size() > RequestBounds::kMaxPathBytes) {
      return badRequest(
          "invalid_path",
          "a path may have at most " + std::to_string(RequestBounds::kMaxPathBytes) + " bytes");
    }
    if (text->empty()) *text = ".";
  }
  return path;
}

HttpResponse fileResponse(rpc::FileOutcome::Reader outcome) {
  if (outcome.isRejected()) return errorResponse(fromRejection(outcome.getRejected()));
  if (outcome.isFiles()) return jsonResponse(filesJson(outcome.getFiles()));
  return noContent();
}

// The answer with the one file that an outcome is about.
HttpResponse oneFileResponse(rpc::FileOutcome::Reader outcome) {
  if (!outcome.isFiles() || outcome.getFiles().size() != 1) return fileResponse(outcome);
  std::string text;
  JsonWriter json(text);
  writeFileInfo(json, outcome.getFiles()[0]);
  return jsonResponse(std::move(text));
}

kj::Promise<void> list(rpc::Session::Client session, const std::string& path, uint32_t depth,
                       ResponseWriter& writer) {
  auto call = session.listRequest();
  call.setPath(asText(path));
  call.setDepth(depth);
  return call.send().then(
      [&writer](capnp::Response<rpc::Session::ListResults>&& response) {
        return writer.send(fileResponse(response.getOutcome()));
      },
      answerBroken(writer));
}

kj::Promise<void> stat(rpc::Session::Client session, const std::string& path,
                       ResponseWriter& writer) {
  auto call = session.statRequest();
  call.setPath(asText(path));
  return call.send().then(
      [&writer](capnp::Response<rpc::Session::StatResults>&& response) {
        return writer.send(oneFileResponse(response.getOutcome()));
      },
      answerBroken(writer));
}

// The files of a multipart body, while they are written.
struct Upload {
  std::string body;  // The parts borrow from it.
  std::vector<FormPart> parts;
  size_t next = 0;
  std::string json = {};
};

// One file after the other, until all are there or one is refused.
kj::Promise<void> writeNext(Upload& upload, rpc::Session::Client session, ResponseWriter& writer) {
  if (upload.next == upload.parts.size()) {
    return writer.send(jsonResponse("{\"files\":[" + upload.json + "]}"));
  }
  const FormPart& part = upload.parts[upload.next++];
  auto call = session.writeFileRequest();
  call.setPath(asText(*part.filename));
  call.setContent({reinterpret_cast<const kj::byte*>(part.content.data()), part.content.size()});
  return call.send().then(
      [&upload, session, &writer](
          capnp::Response<rpc::Session::WriteFileResults>&& response) mutable -> kj::Promise<void> {
        const auto outcome = response.getOutcome();
        if (!outcome.isFiles()) return writer.send(fileResponse(outcome));
        for (auto file : outcome.getFiles()) {
          if (!upload.json.empty()) upload.json += ',';
          JsonWriter json(upload.json);
          writeFileInfo(json, file);
        }
        return writeNext(upload, session, writer);
      },
      answerBroken(writer));
}

std::variant<std::vector<FormPart>, ApiError> filesIn(std::string_view contentType,
                                                      std::string_view body) {
  if (mediaType(contentType) != "multipart/form-data") {
    return ApiError{
        415, "unsupported_media_type", "Content-Type must be multipart/form-data", {}, {}};
  }
  const auto boundary = boundaryOf(contentType);
  if (!boundary) return badRequest("invalid_form", "multipart/form-data has no valid boundary");
  auto parsed = parseForm(*boundary, body);
  if (auto* problem = std::get_if<std::string>(&parsed)) {
    return badRequest("invalid_form", std::move(*problem));
  }
  auto& parts = std::get<std::vector<FormPart>>(parsed);
  for (const auto& part : parts) {
    if (!part.filename || part.filename->empty() ||
        part.filename->find('\0') != std::string::npos ||
        part.filename->size() > RequestBounds::kMaxPathBytes) {
      return badRequest("invalid_form", "each part must have a file name, which is its path");
    }
  }
  return std::move(parts);
}

}  // namespace

void FileCalls::addRoutes(Router& router) {
  const auto add = [this, &router](const char* method, const char* path, HandlerMember member) {
    router.add(
        method, path,
        [this, member](HttpRequest& request, ResponseWriter& writer) {
          return (this->*member)(request, writer);
        },
        Need::session);
  };
  add("POST", "/v1/sessions/{id}/files", &FileCalls::upload);
  add("GET", "/v1/sessions/{id}/files/{path...}", &FileCalls::get);
  add("PUT", "/v1/sessions/{id}/files/{path...}", &FileCalls::put);
  add("POST", "/v1/sessions/{id}/files/{path...}", &FileCalls::post);
  add("DELETE", "/v1/sessions/{id}/files/{path...}", &FileCalls::remove);
}

void FileCalls::note(const HttpRequest& request, const char* verdict, std::string path) {
  calls_.note(request, {"file", verdict, request.pathValues[0], {}, {}, std::move(path)});
}

kj::Promise<void> FileCalls::get(HttpRequest& request, ResponseWriter& writer) {
  auto path = pathOf(request);
  if (const auto* error = std::get_if<ApiError>(&path)) return writer.send(errorResponse(*error));
  const auto depth = numberIn(request, "depth", kDefaultDepth, kMostDepth, 10);
  if (const auto* error = std::get_if<ApiError>(&depth)) return writer.send(errorResponse(*error));
  const bool lists = queryValue(request.query, "list").has_value();
  const bool looks = queryValue(request.query, "stat").has_value();
  return calls_.withSession(
      request, writer,
      [this, &request, &writer, lists, looks, depth = std::get<uint32_t>(depth),
       path = std::move(std::get<std::string>(path))](rpc::Session::Client session,
                                                      rpc::SessionInfo::Reader) {
        if (lists) return list(session, path, depth, writer);
        if (looks) return stat(session, path, writer);
        note(request, "read", path);
        const auto range = request.range ? readRange(*request.range) : std::nullopt;
        return range ? sendFilePart(session, path, *range, writer)
                     : sendFile(session, path, writer);
      });
}

kj::Promise<void> FileCalls::put(HttpRequest& request, ResponseWriter& writer) {
  auto path = pathOf(request);
  if (const auto* error = std::get_if<ApiError>(&path)) return writer.send(errorResponse(*error));
  const auto mode = numberIn(request, "mode", 0, kMostMode, 8);
  if (const auto* error = std::get_if<ApiError>(&mode)) return writer.send(errorResponse(*error));
  const uint64_t bytes = request.body.size() + RequestBounds::kMaxPathBytes + 512;
  if (bytes > calls_.maxMessageBytes) {
    return writer.send(errorResponse(messageTooLarge(bytes, calls_.maxMessageBytes)));
  }
  const bool appends = queryValue(request.query, "append").has_value();
  return calls_.withSession(request, writer,
                            [this, &request, &writer, appends, mode = std::get<uint32_t>(mode),
                             path = std::move(std::get<std::string>(path))](
                                rpc::Session::Client session, rpc::SessionInfo::Reader) {
                              auto call = session.writeFileRequest();
                              call.setPath(asText(path));
                              call.setContent(asData(request.body));
                              call.setAppend(appends);
                              call.setMode(mode);
                              request.body = {};
                              return call.send().then(
                                  [this, &request, &writer, path](
                                      capnp::Response<rpc::Session::WriteFileResults>&& response) {
                                    const auto outcome = response.getOutcome();
                                    if (!outcome.isRejected()) note(request, "written", path);
                                    return writer.send(oneFileResponse(outcome));
                                  },
                                  answerBroken(writer));
                            });
}

kj::Promise<void> FileCalls::remove(HttpRequest& request, ResponseWriter& writer) {
  auto path = pathOf(request);
  if (const auto* error = std::get_if<ApiError>(&path)) return writer.send(errorResponse(*error));
  return calls_.withSession(
      request, writer,
      [this, &request, &writer, path = std::move(std::get<std::string>(path))](
          rpc::Session::Client session, rpc::SessionInfo::Reader) {
        auto call = session.removeRequest();
        call.setPath(asText(path));
        return call.send().then(
            [this, &request, &writer,
             path](capnp::Response<rpc::Session::RemoveResults>&& response) {
              const auto outcome = response.getOutcome();
              if (!outcome.isRejected()) note(request, "removed", path);
              return writer.send(fileResponse(outcome));
            },
            answerBroken(writer));
      });
}

kj::Promise<void> FileCalls::post(HttpRequest& request, ResponseWriter& writer) {
  auto path = pathOf(request);
  if (const auto* error = std::get_if<ApiError>(&path)) return writer.send(errorResponse(*error));
  const auto target = queryValue(request.query, "move");
  const bool makes = queryValue(request.query, "mkdir").has_value();
  if (target.has_value() == makes || (target && target->find('\0') != std::string::npos)) {
    return writer.send(errorResponse(
        badRequest("invalid_value", "the query must have either move=TARGET or mkdir", "move")));
  }
  return calls_.withSession(
      request, writer,
      [this, &request, &writer, target, path = std::move(std::get<std::string>(path))](
          rpc::Session::Client session, rpc::SessionInfo::Reader) {
        const auto answer = [this, &request, &writer, target, path](auto&& response) {
          const auto outcome = response.getOutcome();
          if (!outcome.isRejected()) {
            note(request, target ? "moved" : "made", target ? path + " to " + *target : path);
          }
          return writer.send(fileResponse(outcome));
        };
        if (!target) {
          auto call = session.makeFolderRequest();
          call.setPath(asText(path));
          return call.send().then(answer, answerBroken(writer));
        }
        auto call = session.moveRequest();
        call.setPath(asText(path));
        call.setTo(asText(*target));
        return call.send().then(answer, answerBroken(writer));
      });
}

kj::Promise<void> FileCalls::upload(HttpRequest& request, ResponseWriter& writer) {
  auto upload = kj::heap<Upload>();
  upload->body = std::move(request.body);
  auto parts = filesIn(request.contentType, upload->body);
  if (const auto* error = std::get_if<ApiError>(&parts)) return writer.send(errorResponse(*error));
  upload->parts = std::move(std::get<std::vector<FormPart>>(parts));
  auto& borrowed = *upload;
  return calls_
      .withSession(request, writer,
                   [this, &request, &writer, &borrowed](rpc::Session::Client session,
                                                        rpc::SessionInfo::Reader) {
                     for (const auto& part : borrowed.parts) {
                       note(request, "written", *part.filename);
                     }
                     return writeNext(borrowed, session, writer);
                   })
      .attach(kj::mv(upload));
}

}  // namespace brood::gateway
