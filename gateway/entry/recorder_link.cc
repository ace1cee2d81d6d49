#include "gateway/entry/recorder_link.h"

#include <algorithm>

#include "base/plain_text.h"
#include "gateway/access/digest.h"
#include "rpc/records/message_text.h"

namespace brood::gateway {
namespace {

constexpr auto kFirstPause = 10 * kj::MILLISECONDS;
constexpr auto kLongestPause = 1 * kj::SECONDS;
// For usage, and to try again what was not kept.
constexpr auto kLookPause = 1 * kj::SECONDS;
constexpr size_t kMaxBatchEvents = 256;
constexpr size_t kMaxBatchSpans = 1024;

std::string newWriter() {
  uint8_t bytes[8];
  fillRandom(bytes, sizeof(bytes));
  std::string name = "g_";
  for (const uint8_t byte : bytes) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

capnp::Data::Reader asData(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

}  // namespace

struct RecorderLink::Session {
  explicit Session(kj::Own<kj::AsyncIoStream> connected)
      : stream(kj::mv(connected)),
        network(*stream, capnp::rpc::twoparty::Side::CLIENT),
        system(capnp::makeRpcClient(network)),
        recorder(bootstrap()) {}

  rpc::Recorder::Client bootstrap() {
    capnp::MallocMessageBuilder message;
    auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
    vat.setSide(capnp::rpc::twoparty::Side::SERVER);
    return system.bootstrap(vat).castAs<rpc::Recorder>();
  }

  kj::Own<kj::AsyncIoStream> stream;
  capnp::TwoPartyVatNetwork network;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> system;
  rpc::Recorder::Client recorder;
};

class RecorderLink::Reader final : public rpc::KeyReader::Server {
 public:
  explicit Reader(RecorderLink& link) : link_(link) {}
  kj::Promise<void> keys(KeysContext context) override {
    const auto text = context.getParams().getText();
    link_.callbacks_.onKeys({text.begin(), text.size()});
    return kj::READY_NOW;
  }
  kj::Promise<void> certificate(CertificateContext context) override {
    const auto params = context.getParams();
    link_.callbacks_.onCertificate(asString(params.getChain()), asString(params.getPrivateKey()),
                                   asString(params.getClientAuthorities()));
    return kj::READY_NOW;
  }

 private:
  RecorderLink& link_;
};

RecorderLink::RecorderLink(kj::Network& network, kj::Timer& timer, RecorderSettings settings,
                           Callbacks callbacks, spdlog::logger& logger)
    : network_(network),
      timer_(timer),
      settings_(std::move(settings)),
      callbacks_(std::move(callbacks)),
      logger_(logger),
      writer_(newWriter()),
      pause_(kFirstPause) {
  running_ = keepConnected().eagerlyEvaluate(nullptr);
}

RecorderLink::~RecorderLink() noexcept(false) = default;

void RecorderLink::note(AuditEvent event) {
  if (!settings_.wantsEvents) return;
  if (events_.size() >= settings_.maxEvents) {
    ++eventsLost_;
    ++lossToTell_;
    return;
  }
  if (lossToTell_ > 0) {
    AuditEvent loss;
    loss.kind = "lost";
    loss.time = event.time;
    loss.lost = std::exchange(lossToTell_, 0);
    loss.number = ++lastNumber_;
    events_.push_back(std::move(loss));
  }
  event.number = ++lastNumber_;
  events_.push_back(std::move(event));
  wake(events_.size() == kMaxBatchEvents);
}

void RecorderLink::note(std::vector<TraceSpan> spans) {
  if (!settings_.wantsSpans) return;
  for (auto& span : spans) {
    if (spans_.size() >= settings_.maxSpans) {
      ++spansDropped_;
    } else {
      spans_.push_back(std::move(span));
    }
  }
  wake();
}

void RecorderLink::noteFile(std::string path, std::string content) {
  if (!settings_.wantsFiles) return;
  if (fileBytes_ + content.size() > settings_.maxFileBytes) {
    logger_.warn("supabase: {} of {} bytes is not stored: too many files wait", path,
                 content.size());
    return;
  }
  fileBytes_ += content.size();
  files_.push_back({std::move(path), std::move(content)});
  wake();
}

bool RecorderLink::mayWork() const {
  if (!settings_.refusesWithout) return true;
  return problem_.empty() && events_.size() < settings_.maxEvents;
}

kj::Promise<void> RecorderLink::whenKept() {
  if (events_.empty()) return kj::READY_NOW;
  auto pair = kj::newPromiseAndFulfiller<void>();
  waiters_.push_back({lastNumber_, kj::mv(pair.fulfiller)});
  wake(true);
  return kj::mv(pair.promise);
}

kj::Maybe<rpc::Recorder::Client> RecorderLink::recorder() {
  KJ_IF_MAYBE (session, session_) {
    return (*session)->recorder;
  }
  return nullptr;
}

void RecorderLink::wake(bool isUrgent) {
  if (isLingering_ && !isUrgent) return;
  KJ_IF_MAYBE (sleeper, sleeper_) {
    (*sleeper)->fulfill();
  }
  sleeper_ = nullptr;
}

kj::Promise<void> RecorderLink::keepConnected() {
  return kj::evalNow([this] { return connect(); })
      .then([] {},
            [this](kj::Exception&& exception) {
              // Once per outage: the retries would fill the log.
              if (!complained_) {
                logger_.warn("no recorder at {}: {}; retrying", settings_.socketPath,
                             plainText(exception));
              }
              complained_ = true;
            })
      // One turn later, so that the session is not destroyed from within its own event.
      .then([] { return kj::evalLater([] {}); })
      .then([this] {
        session_ = nullptr;
        return timer_.afterDelay(pause_);
      })
      .then([this] {
        pause_ = std::min(pause_ * 2, kLongestPause);
        return keepConnected();
      });
}

kj::Promise<void> RecorderLink::connect() {
  return network_.parseAddress(kj::str("unix:", settings_.socketPath.c_str()))
      .then([](kj::Own<kj::NetworkAddress> address) {
        auto connected = address->connect();
        return connected.attach(kj::mv(address));
      })
      .then([this](kj::Own<kj::AsyncIoStream> stream) {
        isLingering_ = false;
        auto session = kj::heap<Session>(kj::mv(stream));
        auto disconnected = session->network.onDisconnect();
        session_ = kj::mv(session);
        return attach().then([this] { return sendOn(); }).exclusiveJoin(kj::mv(disconnected));
      });
}

kj::Promise<void> RecorderLink::attach() {
  auto request = KJ_REQUIRE_NONNULL(session_)->recorder.attachRequest();
  request.setWriter(asText(writer_));
  request.setKeys(kj::heap<Reader>(*this));
  return request.send().then([this](capnp::Response<rpc::Recorder::AttachResults>&& response) {
    const auto usage = response.getUsage();
    callbacks_.onUsage({usage.begin(), usage.size()});
    forgetUpTo(response.getLastNumber());
    pause_ = kFirstPause;
    complained_ = false;
    logger_.info("connected to the recorder at {}", settings_.socketPath);
  });
}

kj::Promise<void> RecorderLink::sendOn() {
  return whenThereIsMore().then([this] { return sendBatch(); }).then([this]() { return sendOn(); });
}

// Until there is something, or it is time to look what has been used; then a moment longer, for
// what goes along, unless a job waits.
kj::Promise<void> RecorderLink::whenThereIsMore() {
  if (!problem_.empty()) return timer_.afterDelay(kLookPause);
  kj::Promise<void> woken = kj::READY_NOW;
  if (!hasWork()) {
    auto pair = kj::newPromiseAndFulfiller<void>();
    sleeper_ = kj::mv(pair.fulfiller);
    woken = pair.promise.exclusiveJoin(timer_.afterDelay(kLookPause));
  }
  return woken.then([this]() -> kj::Promise<void> {
    if (!waiters_.empty() || events_.size() >= kMaxBatchEvents) return kj::READY_NOW;
    auto pair = kj::newPromiseAndFulfiller<void>();
    sleeper_ = kj::mv(pair.fulfiller);
    isLingering_ = true;
    return pair.promise.exclusiveJoin(timer_.afterDelay(settings_.linger)).then([this] {
      isLingering_ = false;
    });
  });
}

RecorderLink::BatchSize RecorderLink::fill(rpc::RecordBatch::Builder batch) {
  if (pendingUsage_.empty()) pendingUsage_ = callbacks_.newUsage();
  const BatchSize size{std::min(events_.size(), kMaxBatchEvents),
                       std::min(spans_.size(), kMaxBatchSpans), std::min<size_t>(files_.size(), 1),
                       !pendingUsage_.empty()};
  auto events = batch.initEvents(static_cast<unsigned>(size.events));
  for (unsigned i = 0; i < events.size(); ++i) writeEvent(events_[i], events[i]);
  auto spans = batch.initSpans(static_cast<unsigned>(size.spans));
  for (unsigned i = 0; i < spans.size(); ++i) writeSpan(spans_[i], spans[i]);
  auto files = batch.initFiles(static_cast<unsigned>(size.files));
  for (unsigned i = 0; i < files.size(); ++i) {
    files[i].setPath(asText(files_[i].path));
    files[i].setContent(asData(files_[i].content));
  }
  batch.setUsage(asText(pendingUsage_));
  batch.setDroppedSpans(spansDropped_);
  return size;
}

kj::Promise<void> RecorderLink::sendBatch() {
  auto request = KJ_REQUIRE_NONNULL(session_)->recorder.recordRequest();
  request.setWriter(asText(writer_));
  const BatchSize size = fill(request.initBatch());
  if (size.events + size.spans + size.files == 0 && !size.hasUsage) return kj::READY_NOW;
  const uint64_t dropped = spansDropped_;
  return request.send().then(
      [this, size, dropped](capnp::Response<rpc::Recorder::RecordResults>&& response) {
        if (!response.getKept()) {
          const std::string problem = asString(response.getProblem());
          problem_ = problem.empty() ? "the recorder keeps nothing" : problem;
          return;
        }
        problem_.clear();
        spansDropped_ -= dropped;
        forget(size);
      });
}

void RecorderLink::forget(const BatchSize& size) {
  spans_.erase(spans_.begin(), spans_.begin() + static_cast<std::ptrdiff_t>(size.spans));
  for (size_t i = 0; i < size.files; ++i) {
    fileBytes_ -= files_.front().content.size();
    files_.pop_front();
  }
  if (size.hasUsage) pendingUsage_.clear();
  if (size.events > 0) forgetUpTo(events_[size.events - 1].number);
}

void RecorderLink::forgetUpTo(uint64_t number) {
  while (!events_.empty() && events_.front().number <= number) events_.pop_front();
  const uint64_t firstLeft = events_.empty() ? UINT64_MAX : events_.front().number;
  std::erase_if(waiters_, [&](Waiter& waiter) {
    if (waiter.number >= firstLeft) return false;
    waiter.fulfiller->fulfill();
    return true;
  });
}

}  // namespace brood::gateway
