// One client of SOCKS5.

#include "egress/protocols/socks5.h"

#include "egress/proxies/client_connection.h"
#include "egress/proxies/tunnel_run.h"

namespace brood::egress {
namespace {

using State = SocksReader::State;

class SocksConnection {
 public:
  SocksConnection(ClientContext context, kj::Own<kj::AsyncIoStream> stream)
      : context_(context),
        settings_(context.services.settings),
        client_(kj::mv(stream), settings_->headBytes) {}

  kj::Promise<void> run() {
    auto& timer = context_.services.timer;
    return readRequest()
        .exclusiveJoin(timer.afterDelay(settings_->headTimeout).then([] { return false; }))
        .then([this](bool isThere) -> kj::Promise<void> {
          if (!isThere) return kj::READY_NOW;
          return serve();
        });
  }

 private:
  // False where there is nobody to answer.
  kj::Promise<bool> readRequest() {
    client_.consume(reader_.feed(client_.bytes()));
    switch (reader_.state()) {
      case State::complete:
      case State::failed:
        return true;
      case State::greeted:
        return say(reader_.answer()).then([this] {
          reader_.goOn();
          return readRequest();
        });
      case State::greeting:
      case State::request:
        break;
    }
    return client_.readMore().then([this](bool hasMore) -> kj::Promise<bool> {
      if (!hasMore) return false;
      return readRequest();
    });
  }

  kj::Promise<void> serve() {
    if (reader_.state() == State::failed) {
      context_.job.noteDenied("", 0, {"socks", "SOCKS", reader_.problem()});
      return sayLast(context_.services.timer, client_.stream(), reader_.answer());
    }
    return reach(context_.services, settings_, settings_->policy, context_.job, reader_.host(),
                 reader_.port())
        .then([this](Reaching&& reaching) -> kj::Promise<void> {
          if (const auto* refusal = std::get_if<Refusal>(&reaching)) {
            const auto reply =
                refusal->isFailure ? SocksReply::hostUnreachable : SocksReply::notAllowed;
            return sayLast(context_.services.timer, client_.stream(), socksReply(reply));
          }
          return tunnel(kj::mv(std::get<Reached>(reaching)));
        });
  }

  kj::Promise<void> tunnel(Reached reached) {
    return say(socksReply(SocksReply::succeeded)).then([this, reached = kj::mv(reached)]() mutable {
      return runTunnel(context_.services, context_.job, context_.connection, client_,
                       kj::mv(reached));
    });
  }

  kj::Promise<void> say(std::string text) {
    said_ = std::move(text);
    return client_.stream().write(said_.data(), said_.size());
  }

  const ClientContext context_;
  const SettingsPtr settings_;
  BufferedStream client_;
  SocksReader reader_;
  std::string said_;
};

}  // namespace

kj::Promise<void> serveSocks(ClientContext context, kj::Own<kj::AsyncIoStream> stream) {
  auto connection = kj::heap<SocksConnection>(context, kj::mv(stream));
  auto served = connection->run();
  return served.attach(kj::mv(connection));
}

}  // namespace brood::egress
