#include "gateway/protocols/v1/v1_execute.h"

#include <utility>

#include "gateway/http/sse.h"
#include "gateway/protocols/v1/execute_form.h"

namespace brood::gateway {
namespace {

MaybeTrace startTrace(uint64_t arrivedNanos, uint64_t parsedNanos) {
  auto trace = std::make_unique<JobTrace>();
  trace->noteAt("gateway.arrived", arrivedNanos);
  trace->noteAt("gateway.parsed", parsedNanos);
  trace->note("gateway.decoded");
  return trace;
}

ApiError unsupportedType(const std::string& type) {
  return {415,
          "unsupported_media_type",
          "Content-Type must be application/json or multipart/form-data, " +
              (type.empty() ? "and there is none" : "got " + type),
          {},
          {}};
}

}  // namespace

V1Execute::V1Execute(SupervisorLink& link, const RequestBounds& bounds, JobDesk* desk)
    : reader_(bounds), jobs_(link, bounds, desk) {}

kj::Promise<void> V1Execute::handle(HttpRequest& request, ResponseWriter& writer) {
  const std::string type = mediaType(request.contentType);
  const bool isForm = type == "multipart/form-data";
  // A page of another origin may send any other type, and none, without asking (CORS).
  if (!request.body.empty() && type != "application/json" && !isForm) {
    return writer.send(errorResponse(unsupportedType(type)));
  }
  const uint64_t parsedNanos = request.arrivedNanos == 0 ? 0 : JobTrace::nowNanos();
  auto decoded = isForm ? decodeExecuteForm(request.contentType, request.body, reader_)
                        : reader_.read(request.body);
  const uint64_t bodyBytes = std::exchange(request.body, {}).size();
  if (const auto* error = std::get_if<ApiError>(&decoded)) {
    return writer.send(errorResponse(*error));
  }
  auto& order = std::get<JobOrder>(decoded);
  order.sender = request.sender;
  if (acceptsEventStream(request.accept)) {
    return jobs_.stream(order, bodyBytes, events_, writer);
  }
  auto trace = order.trace ? startTrace(request.arrivedNanos, parsedNanos) : nullptr;
  return jobs_.answer(order, bodyBytes, kj::mv(trace), answers_, writer);
}

}  // namespace brood::gateway
