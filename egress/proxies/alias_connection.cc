// One client of the aliases: a reverse proxy to origins that the operator has named, which adds the
// headers that the job must not see.

#include <kj/debug.h>

#include "base/plain_text.h"
#include "egress/protocols/refusal_response.h"
#include "egress/proxies/http_connection.h"

namespace brood::egress {
namespace {

class AliasConnection final : public HttpConnection {
 public:
  using HttpConnection::HttpConnection;

 private:
  kj::Promise<bool> serve() override {
    auto read = readOriginRequest(*reader_);
    if (const auto* problem = std::get_if<RequestProblem>(&read)) {
      return end(textResponse(problem->status, problem->text));
    }
    request_ = std::get<ProxyRequest>(std::move(read));
    const std::string_view path = request_.path;
    const size_t nameEnd = std::min(path.find_first_of("/?", 1), path.size());
    alias_ = settings_->aliases.find(path.substr(1, nameEnd - 1));
    if (alias_ == nullptr) {
      return end(
          textResponse(404, "there is no such alias; there are: " + settings_->aliases.names()));
    }
    request_.path = alias_->pathFor(path.substr(nameEnd));
    if (!request_.path.starts_with('/')) request_.path.insert(0, "/");
    alias_->inject(request_.fields);
    if (isAllowedOnSameServer()) return passOn();
    server_ = nullptr;
    return connect();
  }

  bool isAllowedOnSameServer() {
    return hasServerFor(alias_->name()) &&
           isStillAllowed(server_->target, alias_->policy(), context_.job.narrowing(),
                          settings_->surroundings);
  }

  kj::Promise<bool> connect() {
    return reach(context_.services, settings_, alias_->policy(), context_.job, alias_->host(),
                 alias_->port())
        .then([this](Reaching&& reaching) -> kj::Promise<bool> {
          if (const auto* refusal = std::get_if<Refusal>(&reaching)) return refuse(*refusal);
          return speakTls(kj::mv(std::get<Reached>(reaching)));
        });
  }

  kj::Promise<bool> speakTls(Reached reached) {
    const int fd = KJ_REQUIRE_NONNULL(reached.stream->getFd());
    auto& use = reached.use;
    auto& timer = context_.services.timer;
    watch(reached.target);
    return context_.services.tls.wrapClient(kj::mv(reached.stream), alias_->host().c_str())
        .exclusiveJoin(timer.afterDelay(settings_->dialTimeout)
                           .then([]() -> kj::Promise<kj::Own<kj::AsyncIoStream>> {
                             return KJ_EXCEPTION(FAILED, "the TLS handshake took too long");
                           }))
        .then(
            [this, fd, &use, target = reached.target](kj::Own<kj::AsyncIoStream>&& stream) {
              server_ = kj::heap<ServerConnection>(alias_->name(), kj::mv(stream), fd, use, target,
                                                   settings_->headBytes);
              return passOn();
            },
            [this](kj::Exception&& exception) {
              return end(textResponse(
                  502, "brood egress: " + alias_->host() + ": TLS: " + plainText(exception)));
            });
  }

  // The settings are held, so that the alias in them is there as long as it is used.
  kj::Promise<bool> passOn() {
    return exchange(
        request_, alias_->authority(),
        [settings = settings_, alias = alias_](Fields& fields) { alias->removeEchoes(fields); });
  }

  void watch(const ApprovedTarget& target) {
    context_.connection.isStillAllowed = [&job = context_.job, name = alias_->name(),
                                          target](const Settings& settings) {
      const auto* alias = settings.aliases.find(name);
      return alias != nullptr &&
             isStillAllowed(target, alias->policy(), job.narrowing(), settings.surroundings);
    };
  }

  ProxyRequest request_;
  // Part of `settings_`.
  const Alias* alias_ = nullptr;
};

}  // namespace

kj::Promise<void> serveAliases(ClientContext context, kj::Own<kj::AsyncIoStream> stream) {
  auto connection = kj::heap<AliasConnection>(context, kj::mv(stream));
  auto served = connection->run();
  return served.attach(kj::mv(connection));
}

}  // namespace brood::egress
