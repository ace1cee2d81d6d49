#pragma once
// The fields that jobs and sessions have in common, for tables of what a request may hold.

#include <string>
#include <vector>

#include "gateway/jobs/job_order.h"
#include "gateway/jobs/json_fields.h"
#include "gateway/jobs/request_bounds.h"

namespace brood::gateway {

// The rule of "env".
MapRule environmentRule();

// The members of "limits". The supervisor enforces the ranges.
JsonFields<JobLimits> limitFields(const LimitsConfig& config);

// Takes `text`, which stands at `where`, for what its `encoding` ("utf8", "base64", or empty) says.
MaybeProblem decodeText(std::string& text, const std::string& encoding, const std::string& where);

// A file as it comes: its members may come in any order.
struct FileMember {
  std::string path;
  std::string content;
  std::string encoding;
  bool executable = false;
};
JsonFields<FileMember> fileFields();
MaybeProblem takeFile(std::vector<JobFile>& files, FileMember&& file, const std::string& path);

JsonFields<NetworkOrder> networkFields();

// Add "files" and "network" to the table of a request.
template <typename T>
void addFiles(JsonFields<T>& fields, std::vector<JobFile> T::*member, size_t most) {
  fields.template objects<FileMember>(
      "files", {.most = most, .elements = "files", .tooMany = "too_many"}, fileFields(),
      [member](T& owner, FileMember&& file, const std::string& path) {
        return takeFile(owner.*member, std::move(file), path);
      });
}

template <typename T>
void addNetwork(JsonFields<T>& fields, NetworkOrder T::*member) {
  using Kind = NetworkOrder::Kind;
  fields.template objectOrFlag<NetworkOrder>(
      "network", member, networkFields(),
      [](NetworkOrder& network) { network.kind = Kind::narrowed; },
      [](NetworkOrder& network, bool isOn) { network.kind = isOn ? Kind::on : Kind::off; });
}

}  // namespace brood::gateway
