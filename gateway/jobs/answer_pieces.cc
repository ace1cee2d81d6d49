#include "gateway/jobs/answer_pieces.h"

#include <algorithm>

#include "base/utf8.h"

namespace brood::gateway {
namespace {

// Up to the end of `value`, or up to `most` bytes that end with a whole sequence.
std::string_view wholePart(std::string_view value, size_t most) {
  if (value.size() <= most) return value;
  return value.substr(0, wholeSequences(value.substr(0, most)));
}

}  // namespace

std::string AnswerPieces::next() {
  std::string piece;
  const size_t textEnd = gap_ < gaps_.size() ? gaps_[gap_].at : text_.size();
  if (position_ < textEnd) {
    const size_t count = std::min(textEnd - position_, kValueBytes);
    piece.append(text_, position_, count);
    position_ += count;
    return piece;
  }
  if (gap_ < gaps_.size()) takeValue(piece);
  return piece;
}

void AnswerPieces::takeValue(std::string& piece) {
  auto& gap = gaps_[gap_];
  if (stage_ == Stage::look) {
    if (gap.kind != JsonGap::Kind::string && !gap.value.look(kLookBytes)) return;
    stage_ = Stage::content;
    piece += '"';
  }
  const auto value = gap.value.content();
  const auto rest = value.substr(valuePosition_);
  std::string_view part;
  if (gap.value.isText()) {
    part = wholePart(rest, kValueBytes);
    appendJsonText(piece, part);
  } else {
    part = rest.substr(0, kValueBytes);
    piece += encodeBase64(part);
  }
  valuePosition_ += part.size();
  if (valuePosition_ == value.size()) finishValue(piece);
}

void AnswerPieces::finishValue(std::string& piece) {
  piece += '"';
  const auto& gap = gaps_[gap_];
  const bool isText = gap.value.isText();
  if (gap.kind == JsonGap::Kind::bytes) {
    piece += isText ? ",\"encoding\":\"utf8\"" : ",\"encoding\":\"base64\"";
  } else if (gap.kind == JsonGap::Kind::output && !isText) {
    piece.append(",\"").append(gap.name).append("_encoding\":\"base64\"");
  }
  ++gap_;
  stage_ = Stage::look;
  valuePosition_ = 0;
}

kj::Promise<void> sendPieces(AnswerPieces& pieces, ResponseWriter& writer) {
  std::string piece = pieces.next();
  if (pieces.isDone()) return writer.endStream(std::move(piece));
  return writer.stream(std::move(piece))
      .then([&writer] { return writer.whenOthersHadTheirTurn(); })
      .then([&pieces, &writer] { return sendPieces(pieces, writer); });
}

kj::Maybe<kj::Promise<void>> sendJson(std::string text, JsonGaps gaps, uint64_t payload,
                                      ResponseWriter& writer) {
  if (gaps.empty()) {
    HttpResponse answer;
    answer.body = std::move(text);
    return writer.send(std::move(answer));
  }
  if (!writer.share().reserve(payload + text.size() + AnswerPieces::kPieceBytes)) return nullptr;
  auto answer = kj::heap<AnswerPieces>(std::move(text), std::move(gaps));
  auto& pieces = *answer;
  return writer.startStream("application/json", pieces.next())
      .then([&pieces, &writer] { return sendPieces(pieces, writer); })
      .attach(kj::mv(answer));
}

}  // namespace brood::gateway
