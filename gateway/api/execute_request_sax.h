#pragma once
// The SAX handler behind decodeExecuteRequest(); nobody else needs it.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_set>

#include "gateway/api/execute_request.h"

namespace brood {

// Knows at each event which field it is in. Events that do not belong there set the error and stop
// the parser by returning false. The method names are nlohmann's.
class ExecuteRequestSax {
 public:
  explicit ExecuteRequestSax(const LimitsConfig& limits) : limits_(limits) {}

  // After the parser: whether all that is required was given.
  bool checkRequired();
  ExecuteRequest takeRequest() { return std::move(request_); }
  ApiError takeError() { return std::move(error_); }

  bool null() { return wrongType("null"); }
  bool boolean(bool value);
  bool number_integer(int64_t value) { return number(std::to_string(value), false, 0); }
  bool number_unsigned(uint64_t value) { return number({}, true, value); }
  bool number_float(double, const std::string& text);
  bool string(std::string& value);
  bool binary(nlohmann::json::binary_t&) { return wrongType("binary data"); }
  bool start_object(size_t);
  bool key(std::string& name);
  bool end_object();
  bool start_array(size_t);
  bool end_array();
  bool parse_error(size_t position, const std::string& lastToken,
                   const nlohmann::json::exception& error);

 private:
  enum class Place { start, top, args, env, limits, files, file, collect, end };
  // In the order of kFields.
  enum Field : unsigned {
    language,
    profile,
    code,
    stdinText,
    args,
    env,
    limits,
    files,
    collect,
    rich,
    trace,
    none
  };

  // In the order of kFileFields.
  enum class FileField : unsigned { path, content, encoding, executable };

  bool inPlaceOf(Field field) const { return place_ == Place::top && field_ == field; }
  // The JSON path of the value being read.
  std::string path() const;
  std::string_view expectedType() const;
  bool wrongType(std::string_view got);
  // A number that is not a uint64 comes as its text.
  bool number(const std::string& text, bool isUnsigned, uint64_t value);
  bool invalidLimit(const std::string& got);
  // Of files[i], whose members may come in any order.
  bool fileKey(const std::string& name);
  bool fileText(std::string& value);
  bool endFile();
  bool storeText(std::string& target, std::string& value);
  bool fail(std::string code, std::string message, std::string field);

  const LimitsConfig& limits_;
  ExecuteRequest request_;
  ApiError error_;
  Place place_ = Place::start;
  Field field_ = none;
  unsigned seenFields_ = 0;
  size_t limitIndex_ = 0;
  unsigned seenLimits_ = 0;
  std::string envName_;
  FileField fileField_ = FileField::path;
  unsigned seenFileFields_ = 0;
  bool isBase64_ = false;
  std::unordered_set<std::string> envNames_;
};

}  // namespace brood
