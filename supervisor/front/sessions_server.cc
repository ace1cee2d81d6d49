#include "supervisor/front/sessions_server.h"

#include <algorithm>

#include "rpc/calls/cancellation.h"
#include "supervisor/front/reply_writer.h"
#include "supervisor/front/session_server.h"
#include "supervisor/front/session_writer.h"

namespace brood::supervisor {
namespace {

constexpr uint32_t kMostListed = 1'000;
constexpr uint64_t kLostRetryAfterMs = 60'000;

}  // namespace

kj::Promise<void> SessionsServer::open(OpenContext context) {
  // Without this a client that has gone would leave its session behind.
  allowCancellation(context);
  if (!refusalReason_.empty()) {
    RejectionInfo refusal{rpc::RejectionKind::UNAVAILABLE, "isolation_lost", refusalReason_, "",
                          kLostRetryAfterMs};
    answer(kj::mv(refusal), context.getResults().initOutcome());
    return kj::READY_NOW;
  }
  return sessions_.open(context.getParams().getSpec())
      .then([this, context](Sessions::Found found) mutable {
        answer(kj::mv(found), context.getResults().initOutcome());
      });
}

kj::Promise<void> SessionsServer::find(FindContext context) {
  auto params = context.getParams();
  answer(sessions_.find(params.getId().cStr(), params.getTenant().cStr()),
         context.getResults().initOutcome());
  return kj::READY_NOW;
}

kj::Promise<void> SessionsServer::list(ListContext context) {
  auto params = context.getParams();
  Metadata labels;
  for (auto label : params.getMetadata()) {
    labels.emplace_back(label.getName().cStr(), label.getValue().cStr());
  }
  const auto all = sessions_.list(params.getTenant().cStr(), labels, params.getAfter().cStr());
  const uint32_t limit = params.getLimit() == 0 ? kMostListed : params.getLimit();
  const size_t count = std::min<size_t>({all.size(), limit, kMostListed});
  auto out = context.getResults();
  auto list = out.initSessions(static_cast<unsigned>(count));
  for (unsigned i = 0; i < count; ++i) writeSession(*all[i], isolation_, list[i]);
  if (count > 0 && count < all.size()) out.setNext(all[count - 1]->id());
  return kj::READY_NOW;
}

void SessionsServer::answer(Sessions::Found found, rpc::SessionOutcome::Builder out) {
  KJ_IF_MAYBE (rejection, found.tryGet<RejectionInfo>()) {
    writeRejection(*rejection, out.initRejected());
    metrics_.noteRejection(rejection->code);
    return;
  }
  auto& session = found.get<std::shared_ptr<Session>>();
  auto opened = out.initOpened();
  writeSession(*session, isolation_, opened.initInfo());
  opened.setSession(kj::heap<SessionServer>(std::move(session), isolation_, metrics_));
}

}  // namespace brood::supervisor
