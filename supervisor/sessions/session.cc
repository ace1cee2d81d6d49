#include "supervisor/sessions/session.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/plain_text.h"
#include "supervisor/base/clock.h"
#include "supervisor/base/log_errors.h"
#include "supervisor/cells/sandbox_processes.h"
#include "supervisor/jobs/job_encoder.h"

namespace brood::supervisor {
namespace {

constexpr size_t kMostNameBytes = 64;

RejectionInfo notFound(const std::string& id) {
  return {rpc::RejectionKind::NOT_FOUND, "context_not_found",
          "there is no context '" + id + "' in this session", "context", 0};
}

bool isName(const std::string& name) {
  return !name.empty() && name.size() <= kMostNameBytes &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

}  // namespace

Session::Session(const SessionTools& tools, SessionCounts& counts, std::string id, SessionPlan plan,
                 Lease lease)
    : tools_(tools),
      counts_(counts),
      id_(std::move(id)),
      plan_(kj::mv(plan)),
      start_(lease.start),
      createdUnixMs_(unixNowMs()),
      sandbox_(lease.worker->passOnSandbox(*this)),
      ground_{tools.timer, tools.rules.config, **sandbox_},
      life_(tools.timer.now(), plan_.ttlMs, plan_.idleTimeoutMs),
      commands_(ground_,
                [this](const CommandOrder& order) {
                  return newToolWorker(
                      Stay{.folder = order.folder, .rows = order.rows, .columns = order.columns},
                      &order);
                }),
      files_(ground_,
             [this]() {
               ++counts_.agentStarts;
               return newToolWorker(Stay{.service = wire::Service::FILES}, nullptr);
             }),
      first_(kj::heap<SessionWorker>(ground_.roster, kj::mv(lease.worker))),
      gone_(nullptr),
      errorHandler_(kj::heap<LogErrors>("session")),
      tasks_(std::in_place, *errorHandler_) {
  auto paf = kj::newPromiseAndFulfiller<void>();
  tellGone_ = kj::mv(paf.fulfiller);
  gone_ = paf.promise.fork();
}

Session::~Session() noexcept(false) = default;

EncodedJob Session::encode(const AdmittedJob& opening, bool executes) {
  return encodeJob(opening, tools_.rules.config.results, ground_.sandbox.backstops(limits()),
                   executes, true);
}

kj::Promise<void> Session::begin() {
  kj::Promise<void> connected = kj::READY_NOW;
  if (plan_.opening.network) {
    auto* seat = ground_.sandbox.seat();
    KJ_REQUIRE(seat != nullptr, "a sandbox without network for a session with it");
    connected = seat->startJob(*plan_.opening.network);
  }
  return connected
      .then([this]() {
        auto& sandbox = ground_.sandbox;
        sandbox.meter().setLimits(
            UsageLimits{limits().memoryBytes, limits().processes, ground_.cpuMillicores()});
        sandbox.setWorkspaceSize(WorkspaceSize::of(limits()));
        first_->pipes().closeStdin();
        return first_->channel().send(encode(plan_.opening, first_->handle().executesPrograms()));
      })
      .then([this]() {
        auto& language = plan_.opening.language->name;
        auto context = addContext(language, plan_.opening.language->name, "");
        defaults_[language] = context->id();
        context->begin(kj::mv(first_));
        plan_.dropFiles();
        living_ = watchLife().eagerlyEvaluate(nullptr);
        watching_ = watchMemory().eagerlyEvaluate([](kj::Exception&& why) {
          spdlog::error("a session's memory is not watched: {}", plainText(why));
        });
        tasks_->add(ground_.sandbox.init().onExit().then([this](ProcessExit) {
          end({"killed", "its sandbox has been killed from outside"});
        }));
      });
}

std::shared_ptr<Context> Session::addContext(std::string id, const std::string& language,
                                             const std::string& folder) {
  auto context = std::make_shared<Context>(
      ground_, static_cast<Context::Listener&>(*this), id, language,
      [this, language, folder]() { return newContextWorker(language, folder); });
  contexts_[std::move(id)] = context;
  return context;
}

kj::Promise<kj::Own<SessionWorker>> Session::newContextWorker(const std::string& language,
                                                              const std::string& folder) {
  auto admitted = admitContext(plan_, language, folder, tools_.rules);
  KJ_IF_MAYBE (rejection, admitted.tryGet<RejectionInfo>()) {
    return KJ_EXCEPTION(FAILED, "no context can be opened", rejection->message.c_str());
  }
  auto opening = kj::mv(admitted.get<AdmittedJob>());
  auto profile = opening.profile;
  ForkSource& zygote = profile == nullptr ? tools_.slotBuilder : *profile->zygote;
  return zygote.whenReady()
      .then([this, &zygote, opening = kj::mv(opening)]() mutable {
        return newWorker(zygote, kj::mv(opening));
      })
      .attach(std::move(profile));
}

kj::Promise<kj::Own<SessionWorker>> Session::newWorker(ForkSource& zygote, AdmittedJob opening) {
  SlotLease borrowed(*this, kj::Own<Sandbox>(&ground_.sandbox, kj::NullDisposer::instance));
  return tools_.guests.launchGuest(zygote, kj::mv(borrowed))
      .then([this, opening = kj::mv(opening)](kj::Own<WorkerHandle> handle) mutable {
        auto worker = kj::heap<SessionWorker>(ground_.roster, kj::mv(handle));
        // It may have been paused or ended while this was on its way.
        KJ_REQUIRE(!ended_ && !isPaused_, "the session is not running any more");
        auto& borrowedWorker = *worker;
        if (opening.stay->service != wire::Service::NOTHING) borrowedWorker.pipes().closeStdin();
        return borrowedWorker.channel()
            .send(encode(opening, borrowedWorker.handle().executesPrograms()))
            .then([worker = kj::mv(worker)]() mutable { return kj::mv(worker); });
      });
}

// Of the zygote that executes any program. A null order: it is a service of ours.
kj::Promise<kj::Own<SessionWorker>> Session::newToolWorker(Stay stay, const CommandOrder* order) {
  AdmittedJob opening;
  opening.language = plan_.opening.language;
  opening.limits = limits();
  if (order != nullptr) {
    opening.program.command = order->argv;
    opening.program.environment = plan_.opening.program.environment;
    auto& environment = opening.program.environment;
    environment.insert(environment.end(), order->environment.begin(), order->environment.end());
  }
  opening.stay = std::move(stay);
  return tools_.slotBuilder.whenReady().then([this, opening = kj::mv(opening)]() mutable {
    return newWorker(tools_.slotBuilder, kj::mv(opening));
  });
}

bool Session::isDefault(const Context& context) const {
  const auto found = defaults_.find(context.language());
  return found != defaults_.end() && found->second == context.id();
}

Session::ContextChoice Session::findContext(const std::string& id) const {
  const auto found = contexts_.find(id);
  if (found == contexts_.end()) return notFound(id);
  return std::shared_ptr<Context>(found->second);
}

kj::Maybe<RejectionInfo> Session::whyNoMore() const {
  const size_t most = tools_.rules.config.sessions.maxContexts;
  if (contexts_.size() < most) return nullptr;
  return RejectionInfo{rpc::RejectionKind::CONFLICT, "too_many_contexts",
                       "a session may have at most " + std::to_string(most) +
                           " contexts, and has " + std::to_string(contexts_.size()),
                       "context", 0};
}

Session::ContextChoice Session::contextFor(const std::string& id, const std::string& language) {
  if (!id.empty()) {
    auto found = findContext(id);
    KJ_IF_MAYBE (context, found.tryGet<std::shared_ptr<Context>>()) {
      const auto* asked = tools_.rules.profiles.findLanguage(language);
      if (language.empty() || (asked != nullptr && asked->name == (*context)->language())) {
        return kj::mv(found);
      }
      return invalid("language_mismatch",
                     "context '" + id + "' is of language '" + (*context)->language() + "', not '" +
                         language + "'",
                     "language");
    }
    return kj::mv(found);
  }
  auto admitted = admitContext(plan_, language, "", tools_.rules);
  KJ_IF_MAYBE (rejection, admitted.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  const std::string& name = admitted.get<AdmittedJob>().language->name;
  const auto known = defaults_.find(name);
  if (known != defaults_.end()) return findContext(known->second);
  KJ_IF_MAYBE (rejection, whyNoMore()) return kj::mv(*rejection);
  auto context = addContext(name, name, "");
  defaults_[name] = name;
  return kj::mv(context);
}

kj::Promise<Session::ContextChoice> Session::openContext(const std::string& language,
                                                         const std::string& name,
                                                         const std::string& folder) {
  auto admitted = admitContext(plan_, language, folder, tools_.rules);
  KJ_IF_MAYBE (rejection, admitted.tryGet<RejectionInfo>()) return ContextChoice(*rejection);
  KJ_IF_MAYBE (rejection, whyNoMore()) return ContextChoice(kj::mv(*rejection));
  std::string id = name;
  if (id.empty()) {
    do {
      id = "context-" + std::to_string(nextContext_++);
    } while (contexts_.count(id) > 0);
  } else if (!isName(id)) {
    return ContextChoice(invalid("invalid_value",
                                 "a context's name must be 1.." + std::to_string(kMostNameBytes) +
                                     " letters, digits and - _ .",
                                 "name"));
  } else if (contexts_.count(id) > 0 || tools_.rules.profiles.findLanguage(id) != nullptr) {
    return ContextChoice(RejectionInfo{rpc::RejectionKind::CONFLICT, "context_exists",
                                       "the name '" + id + "' is another context's", "name", 0});
  }
  auto context = addContext(id, admitted.get<AdmittedJob>().language->name, folder);
  return context->restart().then(
      [context]() { return ContextChoice(std::shared_ptr<Context>(context)); },
      [this, id](kj::Exception&& why) {
        contexts_.erase(id);
        return ContextChoice(RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "sandbox_unavailable",
                                           plainText(why), "", 1'000});
      });
}

kj::Maybe<RejectionInfo> Session::closeContext(const std::string& id) {
  const auto found = contexts_.find(id);
  if (found == contexts_.end()) return notFound(id);
  auto context = std::move(found->second);
  contexts_.erase(found);
  if (isDefault(*context)) defaults_.erase(context->language());
  context->end(EndCause::exited);
  context->close(
      {rpc::RejectionKind::CONFLICT, "context_closed", "its context has been closed", "context", 0},
      EndCause::exited);
  auto idle = context->whenIdle();
  tasks_->add(idle.then([]() { return kj::evalLater([]() {}); }).attach(std::move(context)));
  return nullptr;
}

kj::Promise<CellReply> Session::execute(std::shared_ptr<Context> context, CellOrder order) {
  auto reply = context->execute(kj::mv(order));
  return reply.attach(std::move(context));
}

void Session::noteBusy(bool isBusy) {
  if (isBusy) {
    life_.noteUse();
  } else {
    life_.noteUseEnded(tools_.timer.now());
  }
}

void Session::noteCell(const CellEnd& cell) {
  ++counts_.cells[cell.verdict.status];
  if (cell.isContextLost) ++counts_.contextsLost;
}

kj::Maybe<RejectionInfo> Session::whyNotNow() const {
  if (ended_) return gone();
  if (!isPaused_) return nullptr;
  return RejectionInfo{rpc::RejectionKind::CONFLICT, "session_paused",
                       "the session is paused; resume it first", "", 0};
}

RejectionInfo Session::gone() const { return goneBecause(id_, *ended_); }

int64_t Session::expiresUnixMs() const {
  const auto left = (life_.endsAt() - tools_.timer.now()) / kj::MILLISECONDS;
  return unixNowMs() + static_cast<int64_t>(left);
}

uint64_t Session::memoryBytes() { return ended_ ? 0 : ground_.sandbox.meter().memoryBytes(); }
uint64_t Session::cpuMicros() { return ended_ ? 0 : ground_.sandbox.meter().cpuMicros(); }

kj::Own<void> Session::use() {
  life_.noteUse();
  return kj::heap(kj::defer([this]() { life_.noteUseEnded(tools_.timer.now()); }));
}

void Session::noteLifeChanged() { living_ = watchLife().eagerlyEvaluate(nullptr); }

// A use that ends while this waits has the session end no sooner than its idle time later, which
// is when it is looked at again.
kj::Promise<void> Session::watchLife() {
  const auto now = tools_.timer.now();
  const auto endsAt = life_.endsAt();
  if (now < endsAt) {
    const kj::Duration idle = life_.idleTimeoutMs() * kj::MILLISECONDS;
    return tools_.timer.afterDelay(std::min<kj::Duration>(endsAt - now, idle)).then([this]() {
      return watchLife();
    });
  }
  const bool isExpired = now >= life_.endOfTime();
  tasks_->add(end(isExpired
                      ? SessionEnd{"expired", "its time to live of " +
                                                  std::to_string(life_.ttlMs()) + " ms was over"}
                      : SessionEnd{"idle", "nobody had used it for " +
                                               std::to_string(life_.idleTimeoutMs()) + " ms"}));
  return kj::READY_NOW;
}

kj::Promise<void> Session::end(SessionEnd why) {
  if (ended_) return whenEnded();
  ended_ = std::move(why);
  ++counts_.ended[ended_->reason];
  ground_.clock.goOn();
  pauseUse_ = kj::Own<void>();
  kj::Vector<kj::Promise<void>> idle;
  for (auto& [id, context] : contexts_) {
    context->close(gone(), ended_->cause);
    idle.add(context->whenIdle());
  }
  for (auto& [number, command] : commands_.all()) {
    if (command->isRunning()) idle.add(command->whenEnded());
  }
  files_.close();
  ground_.sandbox.kill();
  commands_.endAll(ended_->cause);
  ending_ = kj::joinPromises(idle.releaseAsArray())
                .then([this]() { return disconnect(); })
                // Nothing of what is destroyed may be on the stack.
                .then([]() { return kj::evalLater([]() {}); })
                .then([this]() { release(); })
                .eagerlyEvaluate([this](kj::Exception&& exception) {
                  spdlog::error("session: {}", plainText(exception));
                  release();
                });
  return whenEnded();
}

kj::Promise<void> Session::disconnect() {
  auto* seat = ground_.sandbox.seat();
  if (seat == nullptr || !plan_.opening.network) return kj::READY_NOW;
  return seat->endJob().ignoreResult();
}

void Session::release() {
  watching_ = nullptr;
  living_ = nullptr;
  first_ = nullptr;
  tasks_.reset();
  contexts_.clear();
  defaults_.clear();
  commands_.clear();
  stopped_.clear();
  tellGone_->fulfill();
  // Last: the pool takes the sandbox apart in the background.
  sandbox_.reset();
}

}  // namespace brood::supervisor
