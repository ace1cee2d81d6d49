#include "gateway/api/v1_execute.h"

#include "gateway/api/event_relay.h"
#include "gateway/api/execute_form.h"
#include "gateway/api/execute_request.h"
#include "gateway/api/result_json.h"
#include "gateway/api/rpc_errors.h"
#include "gateway/http/sse.h"

namespace brood {
namespace {

using RunRequest = capnp::Request<rpc::Supervisor::RunParams, rpc::Supervisor::RunResults>;
using RunResponse = capnp::Response<rpc::Supervisor::RunResults>;

capnp::Text::Reader asText(const std::string& text) { return {text.data(), text.size()}; }
capnp::Data::Reader asData(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

// One segment for the whole message: no second allocation, no second write.
capnp::MessageSize sizeHint(const ExecuteRequest& request) {
  size_t bytes = 512 + request.code.size() + request.stdinText.size();
  for (const auto& arg : request.args) bytes += arg.size() + 24;
  for (const auto& [name, value] : request.env) bytes += name.size() + value.size() + 48;
  for (const auto& file : request.files) bytes += file.path.size() + file.content.size() + 48;
  for (const auto& pattern : request.collect) bytes += pattern.size() + 24;
  return {bytes / sizeof(capnp::word), 1};
}

RunRequest newRun(rpc::Supervisor::Client supervisor, const ExecuteRequest& request) {
  auto run = supervisor.runRequest(sizeHint(request));
  auto job = run.initJob();
  job.setLanguage(asText(request.language));
  job.setProfile(asText(request.profile));
  job.setCode(asData(request.code));
  job.setStdin(asData(request.stdinText));
  auto args = job.initArgs(static_cast<unsigned>(request.args.size()));
  for (unsigned i = 0; i < args.size(); ++i) args.set(i, asText(request.args[i]));
  auto env = job.initEnv(static_cast<unsigned>(request.env.size()));
  for (unsigned i = 0; i < env.size(); ++i) {
    env[i].setName(asText(request.env[i].first));
    env[i].setValue(asText(request.env[i].second));
  }
  auto files = job.initFiles(static_cast<unsigned>(request.files.size()));
  for (unsigned i = 0; i < files.size(); ++i) {
    files[i].setPath(asText(request.files[i].path));
    files[i].setContent(asData(request.files[i].content));
    files[i].setExecutable(request.files[i].executable);
  }
  auto patterns = job.initCollect(static_cast<unsigned>(request.collect.size()));
  for (unsigned i = 0; i < patterns.size(); ++i) patterns.set(i, asText(request.collect[i]));
  job.setRich(request.rich);
  job.setTrace(request.trace);
  writeLimits(request.limits, job.initLimits());
  return run;
}

MaybeTrace startTrace(uint64_t arrivedNanos, uint64_t parsedNanos) {
  auto trace = std::make_unique<JobTrace>();
  trace->noteAt("gateway.arrived", arrivedNanos);
  trace->noteAt("gateway.parsed", parsedNanos);
  trace->note("gateway.decoded");
  return trace;
}

kj::Promise<void> runWhole(RunRequest run, MaybeTrace trace, ResponseWriter& writer) {
  auto sent = run.send();
  note(trace, "gateway.sent");
  return sent.then(
      [&writer, trace = kj::mv(trace)](RunResponse&& response) {
        note(trace, "gateway.result");
        const auto outcome = response.getOutcome();
        if (outcome.isRejected()) {
          return writer.send(errorResponse(fromRejection(outcome.getRejected())));
        }
        HttpResponse answer;
        answer.body = resultJson(outcome.getResult(), true, trace);
        return writer.send(std::move(answer));
      },
      [&writer](kj::Exception&& exception) {
        return writer.send(errorResponse(fromBrokenCall(exception)));
      });
}

kj::Promise<void> finishStream(EventRelay& relay, rpc::RunOutcome::Reader outcome) {
  if (outcome.isRejected()) return relay.fail(fromRejection(outcome.getRejected()));
  return relay.finish(outcome.getResult());
}

kj::Promise<void> runStreamed(RunRequest run, ResponseWriter& writer) {
  auto relay = kj::refcounted<EventRelay>(writer);
  auto& borrowed = *relay;
  auto sink = newRelaySink(kj::addRef(*relay));
  run.setSink(sink);
  auto broken = relay->whenBroken();
  // The result may overtake output that still waits for a slow client. An empty call on our own
  // sink queues behind it, since streaming calls are delivered one after the other.
  auto finished = run.send().then(
      [&borrowed, sink](RunResponse&& response) mutable -> kj::Promise<void> {
        return sink.outputRequest().send().then([&borrowed, held = kj::mv(response)]() mutable {
          return finishStream(borrowed, held.getOutcome());
        });
      },
      [&borrowed](kj::Exception&& exception) -> kj::Promise<void> {
        return borrowed.fail(fromBrokenCall(exception));
      });
  auto detach = kj::defer([relay = kj::mv(relay)]() mutable { relay->detach(); });
  return finished.exclusiveJoin(kj::mv(broken)).attach(kj::mv(detach));
}

}  // namespace

kj::Promise<void> V1Execute::handle(HttpRequest& request, ResponseWriter& writer) {
  const std::string type = mediaType(request.contentType);
  const bool isForm = type == "multipart/form-data";
  if (!request.contentType.empty() && type != "application/json" && !isForm) {
    return writer.send(errorResponse(
        {415,
         "unsupported_media_type",
         "Content-Type must be application/json or multipart/form-data, got " + type,
         {},
         {}}));
  }
  const uint64_t parsedNanos = request.arrivedNanos == 0 ? 0 : JobTrace::nowNanos();
  auto decoded = isForm ? decodeExecuteForm(request.contentType, request.body, limits_)
                        : decodeExecuteRequest(request.body, limits_);
  if (const auto* error = std::get_if<ApiError>(&decoded)) {
    return writer.send(errorResponse(*error));
  }
  KJ_IF_MAYBE (supervisor, link_.supervisor()) {
    const auto& wanted = std::get<ExecuteRequest>(decoded);
    auto trace = wanted.trace ? startTrace(request.arrivedNanos, parsedNanos) : nullptr;
    auto run = newRun(*supervisor, wanted);
    if (acceptsEventStream(request.accept)) return runStreamed(kj::mv(run), writer);
    return runWhole(kj::mv(run), kj::mv(trace), writer);
  }
  return writer.send(errorResponse(supervisorUnavailable()));
}

}  // namespace brood
