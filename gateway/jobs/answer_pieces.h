#pragma once
// A long answer, written as fast as its client takes it.

#include <kj/async.h>

#include <string>
#include <string_view>

#include "gateway/http/response_writer.h"
#include "rpc/calls/json_writer.h"

namespace brood::gateway {

// A job that has printed and made more than this has its answer written piece by piece.
inline constexpr uint64_t kSmallPayloadBytes = 64 << 10;

// A text with gaps, which are filled in as it is given out: what a job has printed becomes up to
// six times as long in JSON, and is never there as a whole.
class AnswerPieces {
 public:
  // How much of a value is written at a time, and looked at to find out whether it is text.
  static constexpr size_t kValueBytes = 30 * 1024;  // A multiple of three, for base64.
  static constexpr size_t kLookBytes = 256 * 1024;
  // The most that next() gives.
  static constexpr size_t kPieceBytes = 6 * kValueBytes + 1024;

  // The memory that `gaps` borrow from must outlive this.
  AnswerPieces(std::string text, JsonGaps gaps) : text_(std::move(text)), gaps_(std::move(gaps)) {}

  bool isDone() const { return position_ == text_.size() && gap_ == gaps_.size(); }
  // Returns the next piece. Empty: nothing yet, but work has been done; ask again.
  std::string next();

 private:
  enum class Stage { look, content };

  void takeValue(std::string& piece);
  void finishValue(std::string& piece);

  std::string text_;
  JsonGaps gaps_;
  size_t position_ = 0;  // In the text.
  size_t gap_ = 0;
  Stage stage_ = Stage::look;
  size_t valuePosition_ = 0;
};

// Sends all of it through a stream of the writer's that is open, and ends that. Between two pieces
// others have their turn, and the client takes what it was sent. Both are borrowed.
kj::Promise<void> sendPieces(AnswerPieces& pieces, ResponseWriter& writer);

// Sends a whole answer of JSON, in pieces where it has gaps; null, and nothing has been sent, where
// the writer's share has no room for that. `payload`: the size of what the gaps borrow from, which
// must outlive the promise.
kj::Maybe<kj::Promise<void>> sendJson(std::string text, JsonGaps gaps, uint64_t payload,
                                      ResponseWriter& writer);

}  // namespace brood::gateway
