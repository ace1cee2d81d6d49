#include "gateway/protocols/v1/execute_request.h"

#include <gtest/gtest.h>

#include <vector>

namespace brood::gateway {
namespace {

std::variant<JobOrder, ApiError> decode(std::string_view json) {
  return ExecuteRequestReader(RequestBounds{Config{}}).read(json);
}

// A valid request with `more` before its end.
std::string with(const std::string& more) {
  return R"j({"language":"python","code":"print(1)",)j" + more + "}";
}

TEST(DecodeExecuteRequest, TakesEveryField) {
  const auto decoded = decode(with(R"(
      "stdin":"a\u0000b","args":["-x","é"],"env":{"A":"1","B":"","é":"2"},"profile":"data",
      "files":[{"path":"a/b","content":"é"},
               {"executable":true,"encoding":"base64","content":"AP8=","path":"c"}],
      "collect":["*.png","**"],
      "limits":{"wall_time_ms":1,"cpu_time_ms":2,"memory_bytes":18446744073709551615,
                "processes":4,"output_bytes":5,"file_bytes":6,"open_files":7,
                "workspace_bytes":8,"workspace_inodes":9})"));
  ASSERT_TRUE(std::holds_alternative<JobOrder>(decoded)) << std::get<ApiError>(decoded).message;
  const auto& request = std::get<JobOrder>(decoded);
  EXPECT_EQ(request.language, "python");
  EXPECT_EQ(request.code, "print(1)");
  EXPECT_EQ(request.stdinText, std::string("a\0b", 3));
  EXPECT_EQ(request.args, (std::vector<std::string>{"-x", "é"}));
  const std::vector<std::pair<std::string, std::string>> env = {{"A", "1"}, {"B", ""}, {"é", "2"}};
  EXPECT_EQ(request.env, env);
  EXPECT_EQ(request.profile, "data");
  ASSERT_EQ(request.files.size(), 2u);
  EXPECT_EQ(request.files[0].path, "a/b");
  EXPECT_EQ(request.files[0].content, "é");
  EXPECT_FALSE(request.files[0].executable);
  EXPECT_EQ(request.files[1].content, std::string("\0\xff", 2));
  EXPECT_TRUE(request.files[1].executable);
  EXPECT_EQ(request.collect, (std::vector<std::string>{"*.png", "**"}));
  EXPECT_EQ(request.limits.wallTimeMs, 1u);
  EXPECT_EQ(request.limits.cpuTimeMs, 2u);
  EXPECT_EQ(request.limits.memoryBytes, 18446744073709551615u);
  EXPECT_EQ(request.limits.processes, 4u);
  EXPECT_EQ(request.limits.outputBytes, 5u);
  EXPECT_EQ(request.limits.fileBytes, 6u);
  EXPECT_EQ(request.limits.openFiles, 7u);
  EXPECT_EQ(request.limits.workspaceBytes, 8u);
  EXPECT_EQ(request.limits.workspaceInodes, 9u);
}

TEST(DecodeExecuteRequest, NetworkIsABooleanOrAList) {
  using Kind = NetworkOrder::Kind;
  const auto kindOf = [](const std::string& json) {
    return std::get<JobOrder>(decode(with(json))).network.kind;
  };
  EXPECT_EQ(kindOf(R"("rich":false)"), Kind::unsaid);
  EXPECT_EQ(kindOf(R"("network":null)"), Kind::unsaid);
  EXPECT_EQ(kindOf(R"("network":true)"), Kind::on);
  EXPECT_EQ(kindOf(R"("network":false)"), Kind::off);
  const auto narrowed = decode(with(R"("network":{"allow":["pypi","a.example"]},"rich":true)"));
  ASSERT_TRUE(std::holds_alternative<JobOrder>(narrowed));
  const auto& order = std::get<JobOrder>(narrowed);
  EXPECT_EQ(order.network.kind, Kind::narrowed);
  EXPECT_EQ(order.network.allow, (std::vector<std::string>{"pypi", "a.example"}));
  EXPECT_TRUE(order.rich);
}

TEST(DecodeExecuteRequest, ANetworkThatIsNoneIsRefused) {
  const auto errorOf = [](const std::string& json) {
    return std::get<ApiError>(decode(with(json)));
  };
  EXPECT_EQ(errorOf(R"("network":"on")").message,
            "network must be a boolean or an object, got a string");
  EXPECT_EQ(errorOf(R"("network":{})").code, "missing_field");
  EXPECT_EQ(errorOf(R"("network":{"allow":[""]})").field, "network.allow[0]");
  EXPECT_EQ(errorOf(R"("network":{"deny":[]})").code, "unknown_field");
}

TEST(DecodeExecuteRequest, SwitchesAreOffUnlessTheyAreOn) {
  const auto on = decode(with(R"("rich":true,"trace":true)"));
  ASSERT_TRUE(std::holds_alternative<JobOrder>(on));
  EXPECT_TRUE(std::get<JobOrder>(on).rich);
  EXPECT_TRUE(std::get<JobOrder>(on).trace);
  const auto one = decode(with(R"("trace":true)"));
  ASSERT_TRUE(std::holds_alternative<JobOrder>(one));
  EXPECT_FALSE(std::get<JobOrder>(one).rich);
  const auto wrong = decode(with(R"("trace":1)"));
  ASSERT_TRUE(std::holds_alternative<ApiError>(wrong));
  EXPECT_EQ(std::get<ApiError>(wrong).field, "trace");
}

TEST(DecodeExecuteRequest, NeedsLittle) {
  const auto decoded = decode(R"({"code":"","language":"python"})");
  ASSERT_TRUE(std::holds_alternative<JobOrder>(decoded));
  EXPECT_EQ(std::get<JobOrder>(decoded).limits.wallTimeMs, 0u);
}

// A list keeps nothing behind the first element too many, and the message says what is allowed.
TEST(DecodeExecuteRequest, ListsAndStringsHaveAnEnd) {
  RequestBounds bounds{Config{}};
  bounds.maxFiles = 1;
  bounds.maxPatterns = 2;
  const ExecuteRequestReader reader(bounds);
  const std::string file = R"({"path":"a","content":""})";
  const std::string longArg(131'072, 'x');
  const struct {
    std::string more, code, message;
  } cases[] = {
      {R"("collect":["","",""])", "too_many", "collect may have at most 2 patterns, got more"},
      {"\"files\":[" + file + "," + file + "]", "too_many",
       "files may have at most 1 files, got more"},
      {"\"args\":[\"" + longArg + "\"]", "invalid_value",
       "args[0] may have at most 131071 bytes, got 131072"},
      {"\"env\":{\"A\":\"" + longArg + "\"}", "invalid_value",
       "env.A may have at most 131070 bytes, got 131073"},
      {"\"env\":{\"" + longArg + "\":\"\"}", "invalid_value",
       "a name in env may have at most 131070 bytes, got 131072"},
      {"\"collect\":[\"" + std::string(1025, 'x') + "\"]", "invalid_pattern",
       "collect[0] may have at most 1024 bytes, got 1025"},
      {R"("files":[{"path":")" + std::string(1025, 'x') + R"("}])", "invalid_path",
       "files[0].path may have at most 1024 bytes, got 1025"},
      {"\"profile\":\"" + std::string(129, 'x') + "\"", "invalid_value",
       "profile may have at most 128 bytes, got 129"},
  };
  for (const auto& c : cases) {
    const auto decoded = reader.read(with(c.more));
    ASSERT_TRUE(std::holds_alternative<ApiError>(decoded)) << c.message;
    EXPECT_EQ(std::get<ApiError>(decoded).code, c.code);
    EXPECT_TRUE(std::get<ApiError>(decoded).message.starts_with(c.message))
        << std::get<ApiError>(decoded).message;
    EXPECT_LT(std::get<ApiError>(decoded).message.size(), 400u);
  }
  const auto fits = reader.read(with("\"collect\":[\"a\",\"b\"],\"files\":[" + file +
                                     "],\"args\":[\"" + longArg.substr(1) + "\"]"));
  EXPECT_TRUE(std::holds_alternative<JobOrder>(fits));
}

TEST(DecodeExecuteRequest, TakesNullForNothing) {
  for (const char* field : {"profile", "stdin", "args", "env", "limits", "files", "collect", "rich",
                            "trace", "merge_output"}) {
    const auto decoded = decode(with("\"" + std::string(field) + "\":null"));
    EXPECT_TRUE(std::holds_alternative<JobOrder>(decoded)) << field;
  }
  const auto decoded = decode(with(
      R"("env":{"A":null,"B":"b"},"limits":{"processes":null,"open_files":16},)"
      R"("files":[{"path":"a","encoding":null,"content":"eA==","executable":null}],"args":["a"])"));
  ASSERT_TRUE(std::holds_alternative<JobOrder>(decoded));
  const auto& request = std::get<JobOrder>(decoded);
  ASSERT_EQ(request.env.size(), 1u);
  EXPECT_EQ(request.env[0].first, "B");
  EXPECT_EQ(request.limits.processes, 0u);
  EXPECT_EQ(request.limits.openFiles, 16u);
  ASSERT_EQ(request.files.size(), 1u);
  EXPECT_EQ(request.files[0].content, "eA==");
  EXPECT_EQ(request.args, std::vector<std::string>{"a"});
}

TEST(DecodeExecuteRequest, TakesMergeOutput) {
  const auto decoded = decode(with(R"("merge_output":true)"));
  ASSERT_TRUE(std::holds_alternative<JobOrder>(decoded));
  EXPECT_TRUE(std::get<JobOrder>(decoded).mergeOutput);
}

struct ErrorCase {
  std::string json;
  std::string code;
  std::string field;
};

void expectErrors(const std::vector<ErrorCase>& cases) {
  for (const auto& c : cases) {
    const auto decoded = decode(c.json);
    const auto* error = std::get_if<ApiError>(&decoded);
    ASSERT_NE(error, nullptr) << c.json;
    EXPECT_EQ(error->status, 400u) << c.json;
    EXPECT_EQ(error->code, c.code) << c.json << ": " << error->message;
    EXPECT_EQ(error->field, c.field) << c.json << ": " << error->message;
    EXPECT_FALSE(error->message.empty()) << c.json;
  }
}

TEST(DecodeExecuteRequest, NamesWhatIsNotJson) {
  expectErrors({
      {"", "invalid_json", ""},
      {"   ", "invalid_json", ""},
      {"{", "invalid_json", ""},
      {"nonsense", "invalid_json", ""},
      {R"({"language":"python")", "invalid_json", "language"},
      {R"({"language":"python","code":"x"} trailing)", "invalid_json", ""},
      {R"({"language":"python","code":"x"}{})", "invalid_json", ""},
      {R"({"language":'python'})", "invalid_json", "language"},
      {R"({"language":"py)", "invalid_json", "language"},
      {"{\"language\":\"python\",\"code\":\"\xff\"}", "invalid_json", "code"},
      {"{\"language\":\"python\",\"code\":\"\xed\xa0\x80\"}", "invalid_json", "code"},
      {"{\"language\":\"python\",\"code\":\"a\nb\"}", "invalid_json", "code"},
      {R"({"language":"python","code":"\ud800"})", "invalid_json", "code"},
      {R"({"language":"python","code":"\ud800x"})", "invalid_json", "code"},
      {R"({"language":"python","code":"\x"})", "invalid_json", "code"},
      {with("\"args\":[\"a\",\"\xff\"]"), "invalid_json", "args[1]"},
      {with("\"env\":{\"A\":\"\xff\"}"), "invalid_json", "env.A"},
      {with(R"("limits":{"wall_time_ms":1.})"), "invalid_json", "limits.wall_time_ms"},
      {with(R"("limits":{"wall_time_ms":NaN})"), "invalid_json", "limits.wall_time_ms"},
  });
}

TEST(DecodeExecuteRequest, NamesWrongTypes) {
  expectErrors({
      {"[]", "invalid_type", ""},
      {"null", "invalid_type", ""},
      {"\"x\"", "invalid_type", ""},
      {"5", "invalid_type", ""},
      {std::string(100'000, '['), "invalid_type", ""},
      {R"({"language":5})", "invalid_type", "language"},
      {R"({"language":null})", "invalid_type", "language"},
      {R"({"language":"python","code":null})", "invalid_type", "code"},
      {with(R"("args":[null])"), "invalid_type", "args[0]"},
      {with(R"("collect":[null])"), "invalid_type", "collect[0]"},
      {with(R"("files":[null])"), "invalid_type", "files[0]"},
      {with(R"("files":[{"path":null}])"), "invalid_type", "files[0].path"},
      {with(R"("merge_output":"yes")"), "invalid_type", "merge_output"},
      {R"({"language":"python","code":["x"]})", "invalid_type", "code"},
      {R"({"language":"python","code":)" + std::string(100'000, '['), "invalid_type", "code"},
      {with(R"("stdin":true)"), "invalid_type", "stdin"},
      {with(R"("profile":{})"), "invalid_type", "profile"},
      {with(R"("args":"x")"), "invalid_type", "args"},
      {with(R"("args":{})"), "invalid_type", "args"},
      {with(R"("args":["a",5])"), "invalid_type", "args[1]"},
      {with(R"("args":[["a"]])"), "invalid_type", "args[0]"},
      {with(R"("env":[])"), "invalid_type", "env"},
      {with(R"("env":{"A":1})"), "invalid_type", "env.A"},
      {with(R"("env":{"A":{}})"), "invalid_type", "env.A"},
      {with(R"("limits":[])"), "invalid_type", "limits"},
      {with(R"("limits":{"processes":"4"})"), "invalid_type", "limits.processes"},
      {with(R"("limits":{"processes":4.0})"), "invalid_type", "limits.processes"},
      {with(R"("limits":{"processes":4e2})"), "invalid_type", "limits.processes"},
      {with(R"("limits":{"processes":true})"), "invalid_type", "limits.processes"},
      {with(R"("limits":{"processes":{}})"), "invalid_type", "limits.processes"},
      {with(R"("files":"x")"), "invalid_type", "files"},
      {with(R"("collect":{})"), "invalid_type", "collect"},
  });
}

TEST(DecodeExecuteRequest, NamesUnknownMissingAndRepeatedFields) {
  expectErrors({
      {"{}", "missing_field", "language"},
      {R"({"code":"x"})", "missing_field", "language"},
      {R"({"language":"python"})", "missing_field", "code"},
      {with(R"("cod":1)"), "unknown_field", "cod"},
      {with(R"("Code":"x")"), "unknown_field", "Code"},
      {with(R"("":1)"), "unknown_field", ""},
      {with(R"("limits":{"wall_time":1})"), "unknown_field", "limits.wall_time"},
      {with(R"("code":"y")"), "duplicate_field", "code"},
      {with(R"("limits":{},"limits":{})"), "duplicate_field", "limits"},
      {with(R"("env":{"A":"1","A":"1"})"), "duplicate_field", "env.A"},
      {with(R"("limits":{"processes":1,"processes":1})"), "duplicate_field", "limits.processes"},
  });
}

TEST(DecodeExecuteRequest, NamesValuesOutOfRange) {
  std::string manyArgs = R"("args":["")";
  std::string manyEnv = R"("env":{"E":"")";
  for (int i = 0; i < 1024; ++i) {
    manyArgs += R"(,"")";
    manyEnv += ",\"E" + std::to_string(i) + "\":\"\"";
  }
  const std::string hugeName(100'000, 'n');
  expectErrors({
      {R"({"language":"","code":""})", "invalid_value", "language"},
      {R"({"language":"p\u0000","code":""})", "invalid_value", "language"},
      {R"({"language":"python","code":"a\u0000"})", "invalid_value", "code"},
      {with(R"("profile":"\u0000")"), "invalid_value", "profile"},
      {with(R"("args":["","\u0000"])"), "invalid_value", "args[1]"},
      {with(R"("env":{"":""})"), "invalid_value", "env."},
      {with(R"("env":{"A=B":""})"), "invalid_value", "env.A=B"},
      {with(R"("env":{"A":"\u0000"})"), "invalid_value", "env.A"},
      {with(R"("env":{")" + hugeName + R"(=":""})"), "invalid_value",
       "env." + std::string(128, 'n')},
      {with(manyArgs + "]"), "invalid_value", "args"},
      {with(manyEnv + "}"), "invalid_value", "env"},
      {with(R"("limits":{"wall_time_ms":0})"), "invalid_limit", "limits.wall_time_ms"},
      {with(R"("limits":{"wall_time_ms":-1})"), "invalid_limit", "limits.wall_time_ms"},
      {with(R"("limits":{"memory_bytes":18446744073709551616})"), "invalid_limit",
       "limits.memory_bytes"},
      {with(R"("limits":{"memory_bytes":-9223372036854775809})"), "invalid_limit",
       "limits.memory_bytes"},
      {with(R"("limits":{"memory_bytes":1e999})"), "invalid_value", "limits.memory_bytes"},
      {with(R"("files":[{"path":"a"}])"), "missing_field", "files[0].content"},
      {with(R"("files":[{"content":"a"}])"), "missing_field", "files[0].path"},
      {with(R"("files":["a"])"), "invalid_type", "files[0]"},
      {with(R"("files":[[]])"), "invalid_type", "files[0]"},
      {with(R"("files":[{"path":{}}])"), "invalid_type", "files[0].path"},
      {with(R"("files":[{"path":"a","path":"a"}])"), "duplicate_field", "files[0].path"},
      {with(R"("files":[{"path":"a","content":""},{"mode":1}])"), "unknown_field", "files[1].mode"},
      {with(R"("files":[{"path":"a","content":"=","encoding":"base64"}])"), "invalid_value",
       "files[0].content"},
      {with(R"("files":[{"path":"a","content":"","encoding":"hex"}])"), "invalid_value",
       "files[0].encoding"},
      {with(R"("files":[{"path":"a","content":"","executable":1}])"), "invalid_type",
       "files[0].executable"},
      {with(R"("collect":[[]])"), "invalid_type", "collect[0]"},
      {with(R"("collect":["a",1])"), "invalid_type", "collect[1]"},
  });
}

TEST(DecodeExecuteRequest, NamesTheBodyWhereItIsNothingButAHugeNumber) {
  const auto error = std::get<ApiError>(decode("4880E10001798271"));
  EXPECT_EQ(error.code, "invalid_type");
  EXPECT_EQ(error.message,
            "the body must be an object, got a number beyond what can be represented");
}

TEST(DecodeExecuteRequest, SaysWhatALimitMayBe) {
  const auto decoded = decode(with(R"("limits":{"wall_time_ms":0})"));
  EXPECT_EQ(std::get<ApiError>(decoded).message, "limits.wall_time_ms must be 1..300000, got 0");
  const auto negative = decode(with(R"("limits":{"open_files":-7})"));
  EXPECT_EQ(std::get<ApiError>(negative).message, "limits.open_files must be 16..1024, got -7");
}

}  // namespace
}  // namespace brood::gateway
