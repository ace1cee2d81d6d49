#include "gateway/protocols/v1/execute_request.h"

#include "gateway/jobs/json_reader.h"
#include "gateway/jobs/order_fields.h"

namespace brood::gateway {
namespace {

JsonFields<JobOrder> orderFields(const RequestBounds& bounds) {
  const TextRule name{
      .mayBeEmpty = false, .mayHoldNul = false, .mostBytes = RequestBounds::kMaxNameBytes};
  JsonFields<JobOrder> fields;
  fields.text("language", &JobOrder::language, name).required();
  // Bounded by the body that it comes in.
  fields.text("code", &JobOrder::code, {.mayHoldNul = false}).required();
  fields.text("profile", &JobOrder::profile, name);
  fields.text("stdin", &JobOrder::stdinText);
  fields.texts("args", &JobOrder::args, {.most = RequestBounds::kMaxArgs},
               {.mayHoldNul = false, .mostBytes = RequestBounds::kMaxArgBytes});
  fields.map("env", &JobOrder::env, environmentRule());
  fields.object("limits", &JobOrder::limits, limitFields(bounds.limits));
  addFiles(fields, &JobOrder::files, bounds.maxFiles);
  fields.texts("collect", &JobOrder::collect,
               {.most = bounds.maxPatterns, .elements = "patterns", .tooMany = "too_many"},
               {.mostBytes = RequestBounds::kMaxPathBytes, .tooLong = "invalid_pattern"});
  addNetwork(fields, &JobOrder::network);
  fields.flag("rich", &JobOrder::rich);
  fields.flag("trace", &JobOrder::trace);
  fields.flag("merge_output", &JobOrder::mergeOutput);
  return fields;
}

}  // namespace

ExecuteRequestReader::ExecuteRequestReader(const RequestBounds& bounds)
    : fields_(orderFields(bounds)), maxFiles_(bounds.maxFiles) {}

std::variant<JobOrder, ApiError> ExecuteRequestReader::read(std::string_view json) const {
  return readJson(fields_, json);
}

}  // namespace brood::gateway
