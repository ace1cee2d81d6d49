#include "supervisor/front/session_server.h"

#include <algorithm>

#include "rpc/calls/cancellation.h"
#include "supervisor/front/reply_writer.h"
#include "supervisor/front/session_writer.h"

namespace brood::supervisor {
namespace {

constexpr int kMostSignal = 64;
constexpr uint32_t kMostDepth = 64;
constexpr uint64_t kMostListBytes = 8 << 20;
constexpr uint64_t kMostRecordBytes = 64 << 10;

FileQuestion questionOf(FileOrder order, capnp::Text::Reader path) {
  FileQuestion question;
  question.header.order = order;
  question.path.assign(path.begin(), path.size());
  return question;
}

}  // namespace

template <typename Outcome>
void SessionServer::reject(const RejectionInfo& why, Outcome outcome) {
  writeRejection(why, outcome.initRejected());
  metrics_.noteRejection(why.code);
}

template <typename Outcome>
bool SessionServer::refuses(kj::Maybe<RejectionInfo> why, Outcome outcome) {
  KJ_IF_MAYBE (reason, why) {
    reject(*reason, outcome);
    return true;
  }
  return false;
}

kj::Promise<void> SessionServer::info(InfoContext context) {
  writeSession(*session_, isolation_, context.getResults().initInfo());
  return kj::READY_NOW;
}

kj::Promise<void> SessionServer::update(UpdateContext context) {
  auto outcome = context.getResults().initOutcome();
  if (session_->ended()) {
    reject(goneBecause(session_->id(), *session_->ended()), outcome);
    return kj::READY_NOW;
  }
  auto params = context.getParams();
  const auto& config = session_->tools().rules.config.sessions;
  auto ttl = checkLife(params.getTtlMs(), config.ttlMs, "ttl_ms");
  KJ_IF_MAYBE (why, ttl.tryGet<RejectionInfo>()) return reject(*why, outcome), kj::READY_NOW;
  auto idle = checkLife(params.getIdleTimeoutMs(), config.idleTimeoutMs, "idle_timeout_ms");
  KJ_IF_MAYBE (why, idle.tryGet<RejectionInfo>()) return reject(*why, outcome), kj::READY_NOW;
  auto metadata = checkMetadata(params.getMetadata());
  KJ_IF_MAYBE (why, metadata.tryGet<RejectionInfo>()) return reject(*why, outcome), kj::READY_NOW;
  const auto now = session_->tools().timer.now();
  if (params.getTtlMs() != 0) session_->life().setTtl(now, params.getTtlMs());
  if (params.getIdleTimeoutMs() != 0) {
    session_->life().setIdleTimeout(now, params.getIdleTimeoutMs());
  }
  session_->noteLifeChanged();
  if (params.getSetsMetadata()) session_->setMetadata(std::move(metadata.get<Metadata>()));
  outcome.setDone();
  return kj::READY_NOW;
}

kj::Promise<void> SessionServer::close(CloseContext context) {
  if (session_->ended()) {
    reject(goneBecause(session_->id(), *session_->ended()), context.getResults().initOutcome());
    return kj::READY_NOW;
  }
  return session_->end({"closed", "it has been closed"}).then([context]() mutable {
    context.getResults().initOutcome().setDone();
  });
}

kj::Promise<void> SessionServer::execute(ExecuteContext context) {
  // Without this the cell of a client that has gone would go on.
  allowCancellation(context);
  if (refuses(session_->whyNotNow(), context.getResults().initOutcome())) return kj::READY_NOW;
  auto params = context.getParams();
  auto cell = params.getCell();
  auto choice = session_->contextFor(cell.getContext().cStr(), cell.getLanguage().cStr());
  KJ_IF_MAYBE (why, choice.tryGet<RejectionInfo>()) {
    reject(*why, context.getResults().initOutcome());
    return kj::READY_NOW;
  }
  auto admitted = admitCell(cell, session_->limits(), session_->tools().rules.config);
  KJ_IF_MAYBE (why, admitted.tryGet<RejectionInfo>()) {
    reject(*why, context.getResults().initOutcome());
    return kj::READY_NOW;
  }
  auto order = kj::mv(admitted.get<CellOrder>());
  order.id = ids_.next();
  if (params.hasSink()) order.sink = params.getSink();
  auto chosen = std::move(choice.get<std::shared_ptr<supervisor::Context>>());
  return session_->execute(chosen, kj::mv(order))
      .then([this, context, chosen](CellReply reply) mutable {
        KJ_IF_MAYBE (why, reply.tryGet<RejectionInfo>()) {
          return reject(*why, context.getResults().initOutcome());
        }
        writeCell(*session_, *chosen, reply.get<CellEnd>(), isolation_,
                  context.getResults().initOutcome().initResult());
      });
}

kj::Promise<void> SessionServer::openContext(OpenContextContext context) {
  auto outcome = context.getResults().initOutcome();
  if (refuses(session_->whyNotNow(), outcome)) return kj::READY_NOW;
  auto params = context.getParams();
  return session_
      ->openContext(params.getLanguage().cStr(), params.getName().cStr(), params.getCwd().cStr())
      .then([this, context](supervisor::Session::ContextChoice choice) mutable {
        auto answer = context.getResults().initOutcome();
        KJ_IF_MAYBE (why, choice.tryGet<RejectionInfo>()) return reject(*why, answer);
        writeContext(*session_, *choice.get<std::shared_ptr<supervisor::Context>>(),
                     answer.initContext());
      });
}

kj::Promise<void> SessionServer::closeContext(CloseContextContext context) {
  auto outcome = context.getResults().initOutcome();
  if (refuses(session_->whyNotNow(), outcome)) return kj::READY_NOW;
  if (!refuses(session_->closeContext(context.getParams().getId().cStr()), outcome)) {
    outcome.setDone();
  }
  return kj::READY_NOW;
}

kj::Promise<void> SessionServer::interrupt(InterruptContext context) {
  auto outcome = context.getResults().initOutcome();
  if (refuses(session_->whyNotNow(), outcome)) return kj::READY_NOW;
  auto found = session_->findContext(context.getParams().getId().cStr());
  KJ_IF_MAYBE (why, found.tryGet<RejectionInfo>()) {
    reject(*why, outcome);
    return kj::READY_NOW;
  }
  found.get<std::shared_ptr<supervisor::Context>>()->interrupt();
  outcome.setDone();
  return kj::READY_NOW;
}

kj::Promise<void> SessionServer::restart(RestartContext context) {
  auto outcome = context.getResults().initOutcome();
  if (refuses(session_->whyNotNow(), outcome)) return kj::READY_NOW;
  auto found = session_->findContext(context.getParams().getId().cStr());
  KJ_IF_MAYBE (why, found.tryGet<RejectionInfo>()) {
    reject(*why, outcome);
    return kj::READY_NOW;
  }
  auto chosen = std::move(found.get<std::shared_ptr<supervisor::Context>>());
  return chosen->restart().then([this, context, chosen]() mutable {
    writeContext(*session_, *chosen, context.getResults().initOutcome().initContext());
  });
}

kj::Promise<void> SessionServer::pause(PauseContext context) {
  auto outcome = context.getResults().initOutcome();
  if (session_->ended()) {
    reject(goneBecause(session_->id(), *session_->ended()), outcome);
    return kj::READY_NOW;
  }
  return session_->pause().then(
      [context]() mutable { context.getResults().initOutcome().setDone(); });
}

kj::Promise<void> SessionServer::resume(ResumeContext context) {
  auto outcome = context.getResults().initOutcome();
  if (session_->ended()) {
    reject(goneBecause(session_->id(), *session_->ended()), outcome);
    return kj::READY_NOW;
  }
  session_->resume();
  outcome.setDone();
  return kj::READY_NOW;
}

kj::Promise<void> SessionServer::start(StartContext context) {
  // Without this the command of a client that has gone would go on.
  allowCancellation(context);
  if (refuses(session_->whyNotNow(), context.getResults().initOutcome())) return kj::READY_NOW;
  auto params = context.getParams();
  auto admitted =
      admitCommand(params.getCommand(), session_->limits(), session_->tools().rules.config);
  KJ_IF_MAYBE (why, admitted.tryGet<RejectionInfo>()) {
    reject(*why, context.getResults().initOutcome());
    return kj::READY_NOW;
  }
  auto order = kj::mv(admitted.get<CommandOrder>());
  if (params.hasSink() && !order.isBackground) order.sink = params.getSink();
  ++session_->counts().commands;
  auto use = session_->use();
  return session_->commands()
      .start(kj::mv(order), session_->limits())
      .then([this, context](Commands::Started started) mutable -> kj::Promise<void> {
        KJ_IF_MAYBE (why, started.tryGet<RejectionInfo>()) {
          reject(*why, context.getResults().initOutcome());
          return kj::READY_NOW;
        }
        auto command = std::move(started.get<std::shared_ptr<Command>>());
        if (command->order().isBackground) {
          writeStarted(*command, context.getResults().initOutcome().initResult().initCommand());
          return kj::READY_NOW;
        }
        // The end of this call, however it comes, is that of the command.
        auto over = kj::defer([command]() { command->end(EndCause::exited); });
        return command->whenEnded()
            .then([this, context, command]() mutable {
              auto result = context.getResults().initOutcome().initResult();
              writeStarted(*command, result.initCommand());
              writeCommand(*session_, *command, isolation_, result.initJob());
            })
            .attach(kj::mv(over));
      })
      .attach(kj::mv(use));
}

kj::Promise<void> SessionServer::writeInput(WriteInputContext context) {
  allowCancellation(context);
  if (refuses(session_->whyNotNow(), context.getResults().initOutcome())) return kj::READY_NOW;
  auto params = context.getParams();
  auto found = session_->commands().find(params.getId().cStr());
  KJ_IF_MAYBE (why, found.tryGet<RejectionInfo>()) {
    reject(*why, context.getResults().initOutcome());
    return kj::READY_NOW;
  }
  auto command = std::move(found.get<std::shared_ptr<Command>>());
  return command->writeInput(kj::heapArray<kj::byte>(params.getData()), params.getThenClose())
      .then([this, context, command](kj::Maybe<RejectionInfo> why) mutable {
        auto outcome = context.getResults().initOutcome();
        if (!refuses(kj::mv(why), outcome)) outcome.setDone();
      });
}

kj::Promise<void> SessionServer::signal(SignalContext context) {
  auto outcome = context.getResults().initOutcome();
  if (refuses(session_->whyNotNow(), outcome)) return kj::READY_NOW;
  auto params = context.getParams();
  auto found = session_->commands().find(params.getId().cStr());
  KJ_IF_MAYBE (why, found.tryGet<RejectionInfo>()) {
    reject(*why, outcome);
    return kj::READY_NOW;
  }
  if (params.getNumber() < 1 || params.getNumber() > kMostSignal) {
    reject(invalid("invalid_value",
                   "signal must be 1.." + std::to_string(kMostSignal) + ", got " +
                       std::to_string(params.getNumber()),
                   "signal"),
           outcome);
    return kj::READY_NOW;
  }
  found.get<std::shared_ptr<Command>>()->signal(params.getNumber());
  outcome.setDone();
  return kj::READY_NOW;
}

kj::Promise<void> SessionServer::resize(ResizeContext context) {
  reject(invalid("no_resize", "the size of a terminal is fixed when its command starts", "tty"),
         context.getResults().initOutcome());
  return kj::READY_NOW;
}

kj::Promise<void> SessionServer::follow(FollowContext context) {
  allowCancellation(context);
  if (session_->ended()) {
    reject(goneBecause(session_->id(), *session_->ended()), context.getResults().initOutcome());
    return kj::READY_NOW;
  }
  auto params = context.getParams();
  auto found = session_->commands().find(params.getId().cStr());
  KJ_IF_MAYBE (why, found.tryGet<RejectionInfo>()) {
    reject(*why, context.getResults().initOutcome());
    return kj::READY_NOW;
  }
  auto command = std::move(found.get<std::shared_ptr<Command>>());
  auto sink = params.getSink();
  return command->follow(sink)
      .then([this, context, command,
             sink](kj::Maybe<RejectionInfo> why) mutable -> kj::Promise<void> {
        if (refuses(kj::mv(why), context.getResults().initOutcome())) return kj::READY_NOW;
        auto result = context.getResults().initOutcome().initResult();
        writeStarted(*command, result.initCommand());
        auto last = sink.exitedRequest();
        writeStarted(*command, last.initCommand());
        return last.send().ignoreResult();
      })
      .attach(session_->use());
}

template <typename Context>
kj::Promise<void> SessionServer::askForFiles(Context context, FileQuestion question) {
  if (refuses(session_->whyNotNow(), context.getResults().initOutcome())) return kj::READY_NOW;
  const auto order = question.header.order;
  const std::string path = question.path;
  return session_->files()
      .ask(kj::mv(question))
      .then([this, context, order, path](FileReplyOr reply) mutable {
        auto outcome = context.getResults().initOutcome();
        KJ_IF_MAYBE (why, reply.tryGet<RejectionInfo>()) return reject(*why, outcome);
        KJ_IF_MAYBE (why, writeFiles(order, reply.get<FileAnswer>(), outcome)) {
          reject(*why, outcome);
        }
      })
      .attach(session_->use());
}

kj::Promise<void> SessionServer::readFile(ReadFileContext context) {
  auto params = context.getParams();
  const uint64_t most = session_->tools().rules.config.sessions.maxFileBytes;
  auto question = questionOf(FileOrder::read, params.getPath());
  question.header.offset = params.getOffset();
  // One byte more than may be: who asks for all of a file is told that it is too large.
  const bool wantsAll = params.getLength() == 0;
  question.header.length = wantsAll ? most + 1 : std::min(params.getLength(), most);
  question.mostReplyBytes = question.header.length;
  return askForFiles(context, kj::mv(question)).then([this, context, wantsAll, most]() mutable {
    auto outcome = context.getResults().getOutcome();
    if (!wantsAll || !outcome.isContent() || outcome.getContent().size() <= most) return;
    reject(invalid("file_too_large",
                   "the file has more than the " + std::to_string(most) +
                       " bytes that one call reads (sessions.max_file_bytes): read parts of it",
                   "path"),
           outcome);
  });
}

kj::Promise<void> SessionServer::writeFile(WriteFileContext context) {
  auto params = context.getParams();
  const uint64_t most = session_->tools().rules.config.sessions.maxFileBytes;
  if (params.getContent().size() > most) {
    reject(invalid("file_too_large",
                   "content must have at most " + std::to_string(most) +
                       " bytes (sessions.max_file_bytes), got " +
                       std::to_string(params.getContent().size()) + ": append the rest",
                   "content"),
           context.getResults().initOutcome());
    return kj::READY_NOW;
  }
  auto question = questionOf(FileOrder::write, params.getPath());
  question.header.flags = params.getAppend() ? FileRequest::kAppends : FileRequest::kTruncates;
  if (params.getMode() != 0) question.header.mode = params.getMode();
  question.content = kj::heapArray<kj::byte>(params.getContent());
  question.mostReplyBytes = kMostRecordBytes;
  return askForFiles(context, kj::mv(question));
}

kj::Promise<void> SessionServer::stat(StatContext context) {
  auto question = questionOf(FileOrder::stat, context.getParams().getPath());
  question.mostReplyBytes = kMostRecordBytes;
  return askForFiles(context, kj::mv(question));
}

kj::Promise<void> SessionServer::list(ListContext context) {
  auto params = context.getParams();
  auto question = questionOf(FileOrder::list, params.getPath());
  question.header.depth = std::clamp(params.getDepth(), 1u, kMostDepth);
  question.header.length = question.mostReplyBytes = kMostListBytes;
  return askForFiles(context, kj::mv(question));
}

kj::Promise<void> SessionServer::makeFolder(MakeFolderContext context) {
  auto question = questionOf(FileOrder::makeFolder, context.getParams().getPath());
  question.mostReplyBytes = kMostRecordBytes;
  return askForFiles(context, kj::mv(question));
}

kj::Promise<void> SessionServer::move(MoveContext context) {
  auto params = context.getParams();
  auto question = questionOf(FileOrder::move, params.getPath());
  question.otherPath = params.getTo().cStr();
  question.mostReplyBytes = kMostRecordBytes;
  return askForFiles(context, kj::mv(question));
}

kj::Promise<void> SessionServer::remove(RemoveContext context) {
  auto question = questionOf(FileOrder::remove, context.getParams().getPath());
  question.mostReplyBytes = kMostRecordBytes;
  return askForFiles(context, kj::mv(question));
}

}  // namespace brood::supervisor
