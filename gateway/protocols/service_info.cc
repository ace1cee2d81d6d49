#include "gateway/protocols/service_info.h"

#include "gateway/jobs/rpc_errors.h"
#include "gateway/protocols/openapi_document.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {
namespace {

// A supervisor that takes longer to say how it is, is not well.
constexpr auto kStatusTime = 5 * kj::SECONDS;

void writeRefusals(JsonWriter& json, capnp::List<rpc::RefusedManifest>::Reader refusals) {
  json.key("refused_manifests").beginArray();
  for (auto refusal : refusals) {
    json.beginObject().field("file", asView(refusal.getFile())).field("line", refusal.getLine());
    json.field("reason", asView(refusal.getReason())).endObject();
  }
  json.endArray();
}

std::string runtimesJson(capnp::List<rpc::RuntimeInfo>::Reader runtimes,
                         capnp::List<rpc::RefusedManifest>::Reader refusals) {
  std::string text;
  JsonWriter json(text);
  json.beginObject().key("runtimes").beginArray();
  for (auto runtime : runtimes) {
    json.beginObject().field("language", asView(runtime.getLanguage()));
    json.field("version", asView(runtime.getVersion())).key("aliases");
    writeTextList(json, runtime.getAliases());
    json.key("endings");
    writeTextList(json, runtime.getEndings());
    json.field("compiled", runtime.getCompiled());
    json.field("available", runtime.getWhyUnavailable().size() == 0);
    if (runtime.getWhyUnavailable().size() > 0) {
      json.field("reason", asView(runtime.getWhyUnavailable()));
    }
    if (runtime.getDescription().size() > 0) {
      json.field("description", asView(runtime.getDescription()));
    }
    json.key("profiles").beginArray();
    for (auto profile : runtime.getProfiles()) writeProfile(json, profile, false);
    json.endArray().endObject();
  }
  json.endArray();
  writeRefusals(json, refusals);
  json.endObject();
  return text;
}

void writePool(JsonWriter& json, std::string_view language, rpc::ProfileInfo::Reader profile) {
  json.beginObject().field("language", language);
  json.field("profile", asView(profile.getName())).field("ready", profile.getReady());
  json.field("idle", profile.getIdle()).field("target", profile.getTarget());
  json.field("starting", profile.getStarting()).field("primed", profile.getPrimed());
  json.field("zygote_restarts", profile.getZygoteRestarts()).endObject();
}

void writePools(JsonWriter& json, rpc::Status::Reader status) {
  json.beginArray();
  for (auto runtime : status.getRuntimes()) {
    for (auto profile : runtime.getProfiles()) {
      writePool(json, asView(runtime.getLanguage()), profile);
    }
  }
  if (status.hasExecuted()) writePool(json, "any", status.getExecuted());
  json.endArray();
}

// In short; `brood doctor` and `brood status --json` have it whole.
void writeCanary(JsonWriter& json, rpc::Canary::Reader canary) {
  json.beginObject().field("runs", canary.getRuns()).field("age_ms", canary.getAgeMs());
  json.field("checks", uint32_t{canary.getChecks().size()});
  for (const char* verdict : {"broken", "expected"}) {
    json.key(verdict).beginArray();
    for (auto check : canary.getChecks()) {
      if (check.getVerdict() == verdict) json.string(asView(check.getName()));
    }
    json.endArray();
  }
  if (canary.getError().size() > 0) json.field("error", asView(canary.getError()));
  if (canary.getIsolationLost().size() > 0) {
    json.field("isolation_lost", asView(canary.getIsolationLost()));
  }
  json.endObject();
}

bool isIsolationLost(rpc::Status::Reader status) {
  return status.getCanary().getIsolationLost().size() > 0;
}

void writeTexts(JsonWriter& json, const std::vector<std::string>& texts) {
  json.beginArray();
  for (const auto& text : texts) json.string(text);
  json.endArray();
}

void writeConfinement(JsonWriter& json, const Confinement& confinement) {
  json.beginObject().key("layers");
  writeTexts(json, confinement.layers);
  json.key("missing");
  writeTexts(json, confinement.missing);
  json.endObject();
}

void writeEgress(JsonWriter& json, rpc::EgressStatus::Reader egress) {
  json.beginObject().field("enabled", egress.getEnabled()).field("ready", egress.getReady());
  json.field("by_default", egress.getByDefault()).field("entries", egress.getEntries());
  json.field("restarts", egress.getRestarts());
  if (egress.getWhyNot().size() > 0) json.field("reason", asView(egress.getWhyNot()));
  json.key("layers");
  writeTextList(json, egress.getLayers());
  json.key("missing");
  writeTextList(json, egress.getMissing());
  json.endObject();
}

std::string healthJson(rpc::Status::Reader status, const Confinement& gateway,
                       const std::string& access, bool isRetiring) {
  std::string text;
  JsonWriter json(text);
  json.beginObject()
      .field("status", isIsolationLost(status) ? "isolation_lost" : "ok")
      .field("version", asView(status.getVersion()));
  json.field("uptime_ms", status.getUptimeMs()).field("ready", status.getReady() && !isRetiring);
  json.field("draining", status.getDraining() || isRetiring);
  json.field("access", access).key("isolation");
  writeIsolation(json, status.getIsolation());
  json.key("gateway");
  writeConfinement(json, gateway);
  json.key("canary");
  writeCanary(json, status.getCanary());
  json.field("cgroup", asView(status.getCgroup())).key("slots").beginObject();
  json.field("ready", status.getSlotsReady()).field("target", status.getSlotsTarget());
  json.field("tearing_down", status.getSlotsTearingDown());
  json.field("groups_kept", status.getGroupsKept()).endObject();
  json.key("jobs").beginObject().field("running", status.getJobsRunning());
  json.field("queued", status.getJobsQueued()).field("total", status.getJobsTotal()).endObject();
  json.key("egress");
  writeEgress(json, status.getEgress());
  json.key("pools");
  writePools(json, status);
  json.endObject();
  return text;
}

}  // namespace

kj::Promise<void> ServiceInfo::root(HttpRequest&, ResponseWriter& writer) {
  HttpResponse response;
  JsonWriter json(response.body);
  json.beginObject().field("name", "brood").field("version", BROOD_VERSION);
  json.key("endpoints").beginArray();
  for (const auto& endpoint : endpoints_) json.string(endpoint);
  json.endArray().endObject();
  return writer.send(std::move(response));
}

kj::Promise<void> ServiceInfo::openApi(HttpRequest&, ResponseWriter& writer) {
  HttpResponse response;
  response.body = openApiDocument();
  return writer.send(std::move(response));
}

kj::Promise<void> ServiceInfo::runtimes(HttpRequest&, ResponseWriter& writer) {
  KJ_IF_MAYBE (supervisor, link_.supervisor()) {
    kj::Promise<RuntimesResponse> asked = supervisor->runtimesRequest().send();
    return timer_.timeoutAfter(kStatusTime, kj::mv(asked))
        .then(
            [&writer](RuntimesResponse&& response) {
              HttpResponse answer;
              answer.body = runtimesJson(response.getRuntimes(), response.getRefused());
              return writer.send(std::move(answer));
            },
            [&writer](kj::Exception&& exception) {
              return writer.send(errorResponse(fromBrokenCall(exception)));
            });
  }
  return writer.send(errorResponse(supervisorUnavailable()));
}

template <typename Answer>
kj::Promise<void> ServiceInfo::withStatus(ResponseWriter& writer, Answer answer) {
  KJ_IF_MAYBE (supervisor, link_.supervisor()) {
    kj::Promise<StatusResponse> asked = supervisor->statusRequest().send();
    return timer_.timeoutAfter(kStatusTime, kj::mv(asked))
        .then([&writer, answer](
                  StatusResponse&& response) { return writer.send(answer(response.getStatus())); },
              [&writer](kj::Exception&& exception) {
                return writer.send(errorResponse(fromBrokenCall(exception)));
              });
  }
  return writer.send(errorResponse(supervisorUnavailable()));
}

kj::Promise<void> ServiceInfo::health(HttpRequest&, ResponseWriter& writer) {
  return withStatus(writer, [this](rpc::Status::Reader status) {
    HttpResponse response;
    response.body = healthJson(status, confinement_, besides_.access, isRetiring_);
    // A new start may find it again, or else refuses with the reason.
    if (isIsolationLost(status)) response.status = 503;
    return response;
  });
}

kj::Promise<void> ServiceInfo::ready(HttpRequest&, ResponseWriter& writer) {
  return withStatus(writer, [this](rpc::Status::Reader status) {
    if (isRetiring_ || status.getDraining()) {
      return errorResponse({503, "unavailable", "the service is shutting down", {}, 1000});
    }
    if (isIsolationLost(status)) {
      return errorResponse(
          {503, "isolation_lost", status.getCanary().getIsolationLost().cStr(), {}, 60'000});
    }
    if (!status.getReady()) {
      return errorResponse({503, "unavailable", "the pools are still filling", {}, 1000});
    }
    HttpResponse response;
    response.body = R"({"status":"ready"})";
    return response;
  });
}

kj::Promise<void> ServiceInfo::sendMetrics(ResponseWriter& writer, std::string supervisors,
                                           bool isUp) {
  kj::Promise<std::string> besides = std::string();
  if (besides_.metrics) {
    besides = timer_.timeoutAfter(kStatusTime, besides_.metrics()).catch_([](kj::Exception&&) {
      return std::string();
    });
  }
  return besides.then(
      [this, &writer, isUp, supervisors = std::move(supervisors)](std::string&& others) mutable {
        HttpResponse response;
        response.contentType = "text/plain; version=0.0.4; charset=utf-8";
        response.body = std::move(supervisors) + metrics_.text(isUp) + others;
        return writer.send(std::move(response));
      });
}

kj::Promise<void> ServiceInfo::metrics(HttpRequest&, ResponseWriter& writer) {
  KJ_IF_MAYBE (supervisor, link_.supervisor()) {
    kj::Promise<MetricsResponse> asked = supervisor->metricsRequest().send();
    return timer_.timeoutAfter(kStatusTime, kj::mv(asked))
        .then(
            [this, &writer](MetricsResponse&& response) {
              return sendMetrics(writer, response.getText().cStr(), true);
            },
            [this, &writer](kj::Exception&&) { return sendMetrics(writer, {}, false); });
  }
  return sendMetrics(writer, {}, false);
}

}  // namespace brood::gateway
