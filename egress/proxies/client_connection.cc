#include "egress/proxies/client_connection.h"

#include "egress/protocols/refusal_response.h"
#include "egress/proxies/tunnel_run.h"

namespace brood::egress {
namespace {

constexpr auto kLastWords = 2 * kj::SECONDS;
constexpr uint64_t kMostUnread = 256 * 1024;

}  // namespace

kj::Promise<void> sayLast(kj::Timer& timer, kj::AsyncIoStream& stream, std::string text) {
  auto kept = kj::heap<std::string>(std::move(text));
  auto said = stream.write(kept->data(), kept->size())
                  .then([&stream]() -> kj::Promise<void> {
                    stream.shutdownWrite();
                    return stream.readAllBytes(kMostUnread).ignoreResult();
                  })
                  .attach(kj::mv(kept));
  return said.exclusiveJoin(timer.afterDelay(kLastWords));
}

kj::Promise<void> turnAway(kj::Timer& timer, kj::Own<kj::AsyncIoStream> stream,
                           const Refusal& refusal) {
  auto said = sayLast(timer, *stream, refusalResponse(refusal));
  return said.attach(kj::mv(stream));
}

kj::Promise<void> serveNamedPort(ClientContext context, kj::Own<kj::AsyncIoStream> stream,
                                 const std::string& host, uint16_t port) {
  const SettingsPtr settings = context.services.settings;
  auto client = kj::heap<BufferedStream>(kj::mv(stream), settings->headBytes);
  auto& borrowed = *client;
  return reach(context.services, settings, settings->policy, context.job, host, port)
      .then([context, &borrowed](Reaching&& reaching) -> kj::Promise<void> {
        // There is no protocol here to say why in; the report does.
        if (std::holds_alternative<Refusal>(reaching)) return kj::READY_NOW;
        return runTunnel(context.services, context.job, context.connection, borrowed,
                         kj::mv(std::get<Reached>(reaching)));
      })
      .attach(kj::mv(client));
}

}  // namespace brood::egress
