#include "bench/peers/plan.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

namespace brood::bench {
namespace {

using Json = nlohmann::json;

void replaceAll(std::string& text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

PeerSpec peerOf(const Json& json) {
  PeerSpec spec;
  spec.name = json.at("name");
  spec.every = std::max<size_t>(json.value("every", size_t{1}), 1);
  spec.argv = json.value("argv", spec.argv);
  spec.filePath = json.value("file_path", "");
  spec.fileContent = json.value("file_content", "");
  spec.socket = json.value("socket", "");
  spec.address = json.value("address", "");
  spec.path = json.value("path", "");
  spec.body = json.value("body", "");
  spec.answer = json.value("answer", "");
  if (!spec.isCommand() && spec.socket.empty() && spec.address.empty()) {
    throw std::runtime_error(spec.name + ": neither argv nor socket nor address");
  }
  return spec;
}

}  // namespace

Plan readPlan(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  try {
    const Json json = Json::parse(file);
    Plan plan;
    plan.runs = json.at("runs");
    plan.seconds = json.at("seconds");
    plan.clients = json.at("clients");
    plan.pauseMs = json.at("pause_ms");
    for (const auto& peer : json.at("peers")) plan.peers.push_back(peerOf(peer));
    return plan;
  } catch (const Json::exception& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

std::string filledIn(std::string text, const JobText& job) {
  replaceAll(text, "{code}", job.code);
  // The job prints its own number.
  replaceAll(text, "{id}",
             "brood-peers-" + job.expectedOutput.substr(0, job.expectedOutput.find('\n')));
  return text;
}

JobMaker numberedJobs() {
  auto next = std::make_shared<std::atomic<uint64_t>>(1'000'000'000);
  return JobMaker([next](const std::string&) -> JobText {
    const std::string number = std::to_string((*next)++);
    return {"print(" + number + ")", number + "\n"};
  });
}

}  // namespace brood::bench
