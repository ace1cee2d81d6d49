#include "gateway/sessions/file_download.h"

#include <kj/debug.h>

#include <algorithm>

#include "base/text.h"
#include "gateway/sessions/session_calls.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {
namespace {

using ReadResponse = capnp::Response<rpc::Session::ReadFileResults>;

constexpr const char* kBytes = "application/octet-stream";

kj::Promise<ReadResponse> read(rpc::Session::Client& session, const std::string& path,
                               BytePart part) {
  auto call = session.readFileRequest();
  call.setPath(asText(path));
  call.setOffset(part.offset);
  call.setLength(part.length);
  return call.send();
}

kj::Promise<void> brokenOff() {
  return KJ_EXCEPTION(FAILED, "a file could not be read to its end");
}

// Goes on behind the first piece, until one is shorter than what was asked for.
kj::Promise<void> sendRest(rpc::Session::Client session, std::string path, uint64_t offset,
                           ResponseWriter& writer) {
  auto answered = read(session, path, {offset, kFilePieceBytes});
  return answered.then([session, path = std::move(path), offset,
                        &writer](ReadResponse&& response) mutable -> kj::Promise<void> {
    const auto outcome = response.getOutcome();
    if (!outcome.isContent()) return brokenOff();
    std::string piece(asView(outcome.getContent()));
    const uint64_t size = piece.size();
    if (size < kFilePieceBytes) return writer.endStream(std::move(piece));
    return writer.stream(std::move(piece))
        .then([session, path = std::move(path), offset = offset + size, &writer]() mutable {
          return sendRest(session, std::move(path), offset, writer);
        });
  });
}

// Reads up to `part.length` bytes behind those that are in the answer.
kj::Promise<HttpResponse> collect(rpc::Session::Client session, std::string path, BytePart part,
                                  HttpResponse answer) {
  const uint64_t asked = std::min(kFilePieceBytes, part.length);
  auto answered = read(session, path, {part.offset, asked});
  return answered.then([session, path = std::move(path), part, asked, answer = std::move(answer)](
                           ReadResponse&& response) mutable -> kj::Promise<HttpResponse> {
    const auto outcome = response.getOutcome();
    if (outcome.isRejected()) return errorResponse(fromRejection(outcome.getRejected()));
    const auto piece = asView(outcome.getContent());
    answer.body.append(piece);
    if (piece.size() < asked || piece.size() == part.length) return std::move(answer);
    return collect(session, std::move(path),
                   {part.offset + piece.size(), part.length - piece.size()}, std::move(answer));
  });
}

HttpResponse outOfRange(uint64_t size) {
  auto response = errorResponse(
      {416, "range_not_satisfiable", "the file has " + std::to_string(size) + " bytes", {}, {}});
  response.headers.emplace_back("Content-Range", "bytes */" + std::to_string(size));
  return response;
}

kj::Promise<void> sendPart(rpc::Session::Client session, std::string path, BytePart part,
                           uint64_t size, ResponseWriter& writer) {
  part.length = std::min(part.length, kMostRangeBytes);
  if (!writer.share().reserve(part.length)) return writer.send(errorResponse(buffersFull()));
  HttpResponse answer;
  answer.status = 206;
  answer.contentType = kBytes;
  return collect(session, std::move(path), part, std::move(answer))
      .then(
          [&writer, part, size](HttpResponse&& filled) {
            writer.share().giveBack(part.length);
            if (filled.status != 206) return writer.send(std::move(filled));
            if (filled.body.empty()) return writer.send(outOfRange(size));
            filled.headers.emplace_back(
                "Content-Range", "bytes " + std::to_string(part.offset) + "-" +
                                     std::to_string(part.offset + filled.body.size() - 1) + "/" +
                                     std::to_string(size));
            return writer.send(std::move(filled));
          },
          answerBroken(writer));
}

}  // namespace

kj::Promise<void> sendFile(rpc::Session::Client session, std::string path, ResponseWriter& writer) {
  auto answered = read(session, path, {0, kFilePieceBytes});
  return answered.then(
      [session, path = std::move(path),
       &writer](ReadResponse&& response) mutable -> kj::Promise<void> {
        const auto outcome = response.getOutcome();
        if (outcome.isRejected()) {
          return writer.send(errorResponse(fromRejection(outcome.getRejected())));
        }
        std::string piece(asView(outcome.getContent()));
        const uint64_t size = piece.size();
        if (size < kFilePieceBytes) {
          HttpResponse answer;
          answer.contentType = kBytes;
          answer.body = std::move(piece);
          answer.headers.emplace_back("Accept-Ranges", "bytes");
          return writer.send(std::move(answer));
        }
        return writer.startStream(kBytes, std::move(piece))
            .then([session, path = std::move(path), size, &writer]() mutable {
              return sendRest(session, std::move(path), size, writer);
            });
      },
      answerBroken(writer));
}

kj::Promise<void> sendFilePart(rpc::Session::Client session, std::string path,
                               const ByteRange& range, ResponseWriter& writer) {
  auto call = session.statRequest();
  call.setPath(asText(path));
  return call.send().then(
      [session, path = std::move(path), range, &writer](
          capnp::Response<rpc::Session::StatResults>&& response) mutable -> kj::Promise<void> {
        const auto outcome = response.getOutcome();
        if (outcome.isRejected()) {
          return writer.send(errorResponse(fromRejection(outcome.getRejected())));
        }
        const auto files = outcome.getFiles();
        // Links and the like have no size of their own: sent whole, as if there were no range.
        if (files.size() != 1 || files[0].getType() != rpc::FileType::FILE) {
          return sendFile(session, std::move(path), writer);
        }
        const uint64_t size = files[0].getSize();
        const auto part = partOf(range, size);
        if (!part) return writer.send(outOfRange(size));
        return sendPart(session, std::move(path), *part, size, writer);
      },
      answerBroken(writer));
}

}  // namespace brood::gateway
