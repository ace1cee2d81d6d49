#include "supervisor/sandboxes/frame_reader.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace brood::supervisor {
namespace {

// The step by which a result's memory grows, however much it claims to have.
constexpr size_t kPieceBytes = 64 * 1024;
constexpr int kMostReads = 64;

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::strchr("!#$&-^_.+", c) != nullptr);
}

bool isName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), isNameCharacter);
}

}  // namespace

bool isMimeType(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && isName(text.substr(0, slash)) &&
         isName(text.substr(slash + 1));
}

void FrameReader::acceptResults(const ResultsConfig& limits, Results results) {
  limits_ = limits;
  results_ = results;
}

void FrameReader::acceptResultsAnew(const ResultsConfig& limits, Results results) {
  count_ = 0;
  totalBytes_ = 0;
  resultsTruncated_ = false;
  kept_.clear();
  acceptResults(limits, results);
}

kj::Maybe<RichResult> FrameReader::takeResult() {
  if (!hasResultToTake()) return nullptr;
  RichResult result = std::move(kept_.front());
  kept_.erase(kept_.begin());
  return kj::mv(result);
}

kj::Maybe<size_t> FrameReader::readSome(void* buffer, size_t size) {
  ssize_t count;
  do {
    count = ::read(channelFd_, buffer, size);
  } while (count < 0 && errno == EINTR);
  if (count < 0 && errno == EAGAIN) return nullptr;
  if (count <= 0) {
    end();
    return nullptr;
  }
  return static_cast<size_t>(count);
}

void FrameReader::end() {
  ended_ = true;
  current_ = RichResult();
}

kj::Maybe<WorkerFrame> FrameReader::tryRead() {
  // A job that sends without end must not keep us from everybody else.
  for (int reads = 0; !ended_ && !hasResultToTake() && reads < kMostReads; ++reads) {
    if (inResult_) {
      if (!readResult()) return nullptr;
      continue;
    }
    KJ_IF_MAYBE (count, readSome(reinterpret_cast<char*>(&partial_) + partialBytes_,
                                 sizeof(WorkerFrame) - partialBytes_)) {
      partialBytes_ += *count;
    } else {
      return nullptr;
    }
    if (partialBytes_ < sizeof(WorkerFrame)) continue;
    partialBytes_ = 0;
    if (partial_.magic != WorkerFrame::kMagic) {
      end();
    } else if (partial_.kind == WorkerFrameKind::result) {
      beginResult();
    } else {
      partial_.layer[sizeof(partial_.layer) - 1] = '\0';
      return partial_;
    }
  }
  return nullptr;
}

void FrameReader::beginResult() {
  WorkerResultHeader header;
  std::memcpy(static_cast<void*>(&header), &partial_, sizeof(header));
  if (limits_.maxCount == 0) return end();
  if (header.mimeBytes == 0 && header.dataBytes == 0) {
    // Once says it all.
    if (resultsTruncated_) return end();
    resultsTruncated_ = true;
    return;
  }
  if (count_ >= limits_.maxCount || header.mimeBytes == 0 || header.mimeBytes > kMaxMimeBytes ||
      header.dataBytes > limits_.maxBytes ||
      header.dataBytes > limits_.maxTotalBytes - totalBytes_) {
    return end();
  }
  ++count_;
  totalBytes_ += header.dataBytes;
  current_ = RichResult{.mime = {}, .data = {}, .object = header.object};
  mimeWanted_ = header.mimeBytes;
  dataWanted_ = header.dataBytes;
  inResult_ = true;
}

bool FrameReader::readResult() {
  char mime[kMaxMimeBytes];
  auto& data = current_.data;
  const size_t before = data.size();
  const bool isMime = mimeWanted_ > 0;
  const size_t wanted = isMime ? mimeWanted_ : std::min(dataWanted_, kPieceBytes);
  if (wanted > 0) {
    if (!isMime) data.resize(before + wanted);
    size_t got = 0;
    auto piece = readSome(isMime ? static_cast<void*>(mime) : data.data() + before, wanted);
    KJ_IF_MAYBE (count, piece) got = *count;
    if (isMime) {
      current_.mime.append(mime, got);
      mimeWanted_ -= got;
    } else if (!ended_) {
      data.resize(before + got);
      dataWanted_ -= got;
    }
    if (got == 0) return false;
  }
  if (mimeWanted_ > 0 || dataWanted_ > 0) return true;
  inResult_ = false;
  if (!isMimeType(current_.mime)) {
    end();
    return false;
  }
  kept_.push_back(std::move(current_));
  return true;
}

}  // namespace brood::supervisor
