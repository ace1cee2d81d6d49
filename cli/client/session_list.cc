#include "cli/client/session_list.h"

#include "base/text.h"
#include "base/utc_time.h"
#include "cli/client/rpc_json.h"
#include "cli/terminal/table.h"

namespace brood::cli {
namespace {

constexpr uint32_t kPage = 200;

const char* nameOf(rpc::SessionState state) {
  switch (state) {
    case rpc::SessionState::RUNNING:
      return "running";
    case rpc::SessionState::PAUSED:
      return "paused";
    case rpc::SessionState::CLOSED:
      break;
  }
  return "closed";
}

}  // namespace

ListedSession ListedSession::of(rpc::SessionInfo::Reader info) {
  ListedSession listed;
  listed.id = textOf(info.getId());
  listed.language = textOf(info.getLanguage());
  listed.profile = textOf(info.getProfile());
  listed.state = nameOf(info.getState());
  listed.createdUnixMs = info.getCreatedUnixMs();
  listed.expiresUnixMs = info.getExpiresUnixMs();
  listed.memoryBytes = info.getMemoryBytes();
  for (auto context : info.getContexts()) listed.cells += context.getCells();
  for (auto label : info.getMetadata()) {
    listed.labels.emplace_back(textOf(label.getName()), textOf(label.getValue()));
  }
  return listed;
}

std::vector<ListedSession> listSessions(
    SessionClient& client, const std::vector<std::pair<std::string, std::string>>& labels) {
  std::vector<ListedSession> all;
  std::string after;
  do {
    auto call = client.sessions().listRequest();
    call.setTenant(client.tenant());
    call.setLimit(kPage);
    call.setAfter(after);
    auto wanted = call.initMetadata(static_cast<unsigned>(labels.size()));
    for (unsigned i = 0; i < wanted.size(); ++i) {
      wanted[i].setName(labels[i].first);
      wanted[i].setValue(labels[i].second);
    }
    auto page = client.wait(kj::Promise<capnp::Response<rpc::Sessions::ListResults>>(call.send()));
    for (auto info : page.getSessions()) all.push_back(ListedSession::of(info));
    after = textOf(page.getNext());
  } while (!after.empty());
  return all;
}

std::string sessionsTable(const std::vector<ListedSession>& sessions) {
  std::vector<std::vector<std::string>> rows{
      {"ID", "LANGUAGE", "PROFILE", "STATE", "CELLS", "MEMORY", "ENDS", "LABELS"}};
  for (const auto& each : sessions) {
    std::string labels;
    for (const auto& [name, value] : each.labels) {
      labels += (labels.empty() ? "" : ",") + name + "=" + value;
    }
    rows.push_back({each.id, each.language, each.profile, each.state, std::to_string(each.cells),
                    std::to_string(each.memoryBytes >> 20) + " MiB",
                    utcText(each.expiresUnixMs, false), labels});
  }
  return alignedTable(rows);
}

std::string sessionsJson(const std::vector<ListedSession>& sessions) {
  Json list = Json::array();
  for (const auto& each : sessions) {
    Json labels = Json::object();
    for (const auto& [name, value] : each.labels) labels[name] = value;
    list.push_back({{"id", each.id},
                    {"language", each.language},
                    {"profile", each.profile},
                    {"state", each.state},
                    {"cells", each.cells},
                    {"memory_bytes", each.memoryBytes},
                    {"created_unix_ms", each.createdUnixMs},
                    {"expires_unix_ms", each.expiresUnixMs},
                    {"metadata", labels}});
  }
  return jsonText(Json{{"sessions", list}});
}

void closeSession(SessionClient& client, rpc::Session::Client session) {
  auto response = client.wait(
      kj::Promise<capnp::Response<rpc::Session::CloseResults>>(session.closeRequest().send()));
  check(response.getOutcome());
}

}  // namespace brood::cli
