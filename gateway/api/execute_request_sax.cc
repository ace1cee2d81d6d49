#include "gateway/api/execute_request_sax.h"

#include <kj/encoding.h>

#include <algorithm>
#include <array>

namespace brood {
namespace {

constexpr size_t kMaxArgs = 1024;
constexpr size_t kMaxEnv = 1024;
// What can be configured; the supervisor knows what is.
constexpr size_t kMaxFiles = 10'000;
// Of a name that came from the client and is repeated in an error.
constexpr size_t kMaxNameInError = 128;

constexpr std::array<std::string_view, 11> kFields = {"language", "profile", "code",   "stdin",
                                                      "args",     "env",     "limits", "files",
                                                      "collect",  "rich",    "trace"};

constexpr std::array<std::string_view, 4> kFileFields = {"path", "content", "encoding",
                                                         "executable"};

std::string shortened(std::string name) {
  if (name.size() > kMaxNameInError) name.resize(kMaxNameInError);
  return name;
}

bool hasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

// The parser quotes all it has read of a token, white space before it included; where and why stand
// at the ends.
std::string shortened(std::string_view reason) {
  constexpr size_t kLongest = 256;
  if (reason.size() <= kLongest) return std::string(reason);
  return std::string(reason.substr(0, kLongest / 2)) + "..." +
         std::string(reason.substr(reason.size() - kLongest / 2));
}

}  // namespace

bool ExecuteRequestSax::checkRequired() {
  for (const Field field : {language, code}) {
    if ((seenFields_ & (1u << field)) == 0) {
      const std::string name(kFields[field]);
      return fail("missing_field", name + " is required", name);
    }
  }
  return true;
}

bool ExecuteRequestSax::number_float(double, const std::string& text) {
  // An integer beyond 64 bits also comes as a float.
  if (text.find_first_of(".eE") == std::string::npos) return number(text, false, 0);
  return wrongType("a number with a fraction or an exponent");
}

bool ExecuteRequestSax::string(std::string& value) {
  if (place_ == Place::args) {
    if (request_.args.size() == kMaxArgs) {
      return fail("invalid_value", "args may have at most 1024 elements", "args");
    }
    if (hasNul(value)) return fail("invalid_value", path() + " must not contain NUL", path());
    request_.args.push_back(std::move(value));
    return true;
  }
  if (place_ == Place::env) {
    if (hasNul(value)) return fail("invalid_value", path() + " must not contain NUL", path());
    request_.env.emplace_back(std::move(envName_), std::move(value));
    return true;
  }
  if (place_ == Place::file) return fileText(value);
  if (place_ == Place::files) return wrongType("a string");
  if (place_ == Place::collect) {
    request_.collect.push_back(std::move(value));
    return true;
  }
  if (inPlaceOf(language)) return storeText(request_.language, value);
  if (inPlaceOf(profile)) return storeText(request_.profile, value);
  if (inPlaceOf(code)) return storeText(request_.code, value);
  if (inPlaceOf(stdinText)) {
    request_.stdinText = std::move(value);
    return true;
  }
  return wrongType("a string");
}

bool ExecuteRequestSax::storeText(std::string& target, std::string& value) {
  if (hasNul(value)) return fail("invalid_value", path() + " must not contain NUL", path());
  if (value.empty() && field_ != code) {
    return fail("invalid_value", path() + " must not be empty", path());
  }
  target = std::move(value);
  return true;
}

bool ExecuteRequestSax::boolean(bool value) {
  if (inPlaceOf(rich) || inPlaceOf(trace)) {
    (field_ == rich ? request_.rich : request_.trace) = value;
    return true;
  }
  if (place_ != Place::file || fileField_ != FileField::executable) return wrongType("a boolean");
  request_.files.back().executable = value;
  return true;
}

bool ExecuteRequestSax::fileKey(const std::string& name) {
  const std::string where =
      "files[" + std::to_string(request_.files.size() - 1) + "]." + shortened(name);
  const auto found = std::find(kFileFields.begin(), kFileFields.end(), name);
  if (found == kFileFields.end()) return fail("unknown_field", "there is no " + where, where);
  const auto index = static_cast<unsigned>(found - kFileFields.begin());
  fileField_ = static_cast<FileField>(index);
  if (seenFileFields_ & (1u << index)) {
    return fail("duplicate_field", where + " is given twice", where);
  }
  seenFileFields_ |= 1u << index;
  return true;
}

bool ExecuteRequestSax::fileText(std::string& value) {
  auto& file = request_.files.back();
  switch (fileField_) {
    case FileField::path:
      file.path = std::move(value);
      return true;
    case FileField::content:
      file.content = std::move(value);
      return true;
    case FileField::encoding:
      if (value != "utf8" && value != "base64") {
        return fail("invalid_value",
                    path() + " must be utf8 or base64, got '" + shortened(value) + "'", path());
      }
      isBase64_ = value == "base64";
      return true;
    case FileField::executable:
      break;
  }
  return wrongType("a string");
}

bool ExecuteRequestSax::endFile() {
  auto& file = request_.files.back();
  for (const auto field : {FileField::path, FileField::content}) {
    fileField_ = field;
    if ((seenFileFields_ & (1u << static_cast<unsigned>(field))) == 0) {
      return fail("missing_field", path() + " is required", path());
    }
  }
  if (isBase64_) {
    auto decoded = kj::decodeBase64(kj::arrayPtr(file.content.data(), file.content.size()));
    if (decoded.hadErrors) return fail("invalid_value", path() + " is not base64", path());
    file.content.assign(reinterpret_cast<const char*>(decoded.begin()), decoded.size());
  }
  place_ = Place::files;
  return true;
}

bool ExecuteRequestSax::start_object(size_t) {
  if (place_ == Place::start) {
    place_ = Place::top;
    return true;
  }
  if (inPlaceOf(env)) {
    place_ = Place::env;
    return true;
  }
  if (inPlaceOf(limits)) {
    place_ = Place::limits;
    return true;
  }
  if (place_ == Place::files) {
    if (request_.files.size() == kMaxFiles) {
      return fail("too_many", "files may have at most 10000 elements", "files");
    }
    request_.files.emplace_back();
    seenFileFields_ = 0;
    isBase64_ = false;
    place_ = Place::file;
    return true;
  }
  return wrongType("an object");
}

bool ExecuteRequestSax::key(std::string& name) {
  if (place_ == Place::file) return fileKey(name);
  if (place_ == Place::env) {
    const std::string where = "env." + shortened(name);
    if (name.empty() || hasNul(name) || name.find('=') != std::string::npos) {
      return fail("invalid_value", "names in env must not be empty nor contain '=' or NUL", where);
    }
    if (!envNames_.insert(name).second) {
      return fail("duplicate_field", where + " is given twice", where);
    }
    if (envNames_.size() > kMaxEnv) {
      return fail("invalid_value", "env may have at most 1024 entries", "env");
    }
    envName_ = std::move(name);
    return true;
  }
  if (place_ == Place::limits) {
    const std::string where = "limits." + shortened(name);
    const auto found = std::find_if(kJobLimits.begin(), kJobLimits.end(),
                                    [&](const LimitInfo& limit) { return limit.name == name; });
    if (found == kJobLimits.end()) return fail("unknown_field", "there is no " + where, where);
    limitIndex_ = static_cast<size_t>(found - kJobLimits.begin());
    if (seenLimits_ & (1u << limitIndex_)) {
      return fail("duplicate_field", where + " is given twice", where);
    }
    seenLimits_ |= 1u << limitIndex_;
    return true;
  }
  const std::string where = shortened(name);
  const auto found = std::find(kFields.begin(), kFields.end(), name);
  if (found == kFields.end()) return fail("unknown_field", "there is no field " + where, where);
  field_ = static_cast<Field>(found - kFields.begin());
  if (seenFields_ & (1u << field_)) {
    return fail("duplicate_field", where + " is given twice", where);
  }
  seenFields_ |= 1u << field_;
  return true;
}

bool ExecuteRequestSax::end_object() {
  if (place_ == Place::file) return endFile();
  if (place_ == Place::top) {
    place_ = Place::end;
  } else {
    place_ = Place::top;
    field_ = none;
  }
  return true;
}

bool ExecuteRequestSax::start_array(size_t) {
  if (inPlaceOf(args)) {
    place_ = Place::args;
    return true;
  }
  if (inPlaceOf(files) || inPlaceOf(collect)) {
    place_ = field_ == files ? Place::files : Place::collect;
    return true;
  }
  return wrongType("an array");
}

bool ExecuteRequestSax::end_array() {
  place_ = Place::top;
  field_ = none;
  return true;
}

bool ExecuteRequestSax::parse_error(size_t, const std::string&,
                                    const nlohmann::json::exception& error) {
  if (error.id == 406) {
    // A body that is nothing but such a number has no field to name.
    if (place_ == Place::start) return wrongType("a number beyond what can be represented");
    return fail("invalid_value", path() + " is a number beyond what can be represented", path());
  }
  // "[json.exception.parse_error.101] parse error at ...": what follows the bracket is for people.
  const std::string_view what = error.what();
  const auto bracket = what.find("] ");
  const auto text = bracket == std::string_view::npos ? what : what.substr(bracket + 2);
  return fail("invalid_json", shortened(text), path());
}

std::string ExecuteRequestSax::path() const {
  switch (place_) {
    case Place::start:
    case Place::end:
      return {};
    case Place::args:
      return "args[" + std::to_string(request_.args.size()) + "]";
    case Place::env:
      return envName_.empty() ? "env" : "env." + shortened(envName_);
    case Place::limits:
      return seenLimits_ == 0 ? "limits" : "limits." + std::string(kJobLimits[limitIndex_].name);
    case Place::files:
      return "files[" + std::to_string(request_.files.size()) + "]";
    case Place::file:
      return "files[" + std::to_string(request_.files.size() - 1) + "]." +
             std::string(kFileFields[static_cast<unsigned>(fileField_)]);
    case Place::collect:
      return "collect[" + std::to_string(request_.collect.size()) + "]";
    case Place::top:
      break;
  }
  return field_ == none ? std::string() : std::string(kFields[field_]);
}

std::string_view ExecuteRequestSax::expectedType() const {
  switch (place_) {
    case Place::start:
    case Place::end:
      return "an object";
    case Place::args:
    case Place::env:
    case Place::collect:
      return "a string";
    case Place::files:
      return "an object";
    case Place::file:
      return fileField_ == FileField::executable ? "a boolean" : "a string";
    case Place::limits:
      return "an integer";
    case Place::top:
      break;
  }
  if (field_ == env || field_ == limits) return "an object";
  if (field_ == rich || field_ == trace) return "a boolean";
  if (field_ == args || field_ == files || field_ == collect) return "an array";
  return "a string";
}

bool ExecuteRequestSax::wrongType(std::string_view got) {
  const std::string where = path();
  std::string message = where.empty() ? "the body" : where;
  message += " must be ";
  message += expectedType();
  message += ", got ";
  message += got;
  return fail("invalid_type", std::move(message), where);
}

bool ExecuteRequestSax::number(const std::string& text, bool isUnsigned, uint64_t value) {
  if (place_ != Place::limits) return wrongType("a number");
  if (!isUnsigned) return invalidLimit(text);
  if (value == 0) return invalidLimit("0");
  request_.limits.*kJobLimits[limitIndex_].value = value;
  return true;
}

bool ExecuteRequestSax::invalidLimit(const std::string& got) {
  const std::string where = path();
  return fail("invalid_limit",
              where + " must be " + allowedRange(kJobLimits[limitIndex_], limits_) + ", got " +
                  shortened(got),
              where);
}

bool ExecuteRequestSax::fail(std::string code, std::string message, std::string field) {
  error_ = {400, std::move(code), std::move(message), std::move(field), {}};
  return false;
}

}  // namespace brood
