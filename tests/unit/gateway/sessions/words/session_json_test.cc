#include "gateway/sessions/words/session_json.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace brood::gateway {
namespace {

using nlohmann::json;

template <typename Write>
json written(Write write) {
  std::string text;
  JsonWriter writer(text);
  write(writer);
  return json::parse(text);
}

TEST(SessionJsonTest, ACommandThatRunsHasNoExitCode) {
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<rpc::CommandInfo>();
  command.setRunning(true);
  auto text = written([&](JsonWriter& out) { writeCommandInfo(out, command.asReader()); });
  EXPECT_EQ(text["exit_code"], nullptr);
  EXPECT_EQ(text["signal"], nullptr);
  command.setHasExitCode(true);
  command.setExitCode(3);
  command.setSignal("SIGTERM");
  text = written([&](JsonWriter& out) { writeCommandInfo(out, command.asReader()); });
  EXPECT_EQ(text["exit_code"], 3);
  EXPECT_EQ(text["signal"], "SIGTERM");
}

TEST(SessionJsonTest, OnlyALinkHasATarget) {
  capnp::MallocMessageBuilder message;
  auto file = message.initRoot<rpc::FileInfo>();
  file.setTarget("t");
  auto text = written([&](JsonWriter& out) { writeFileInfo(out, file.asReader()); });
  EXPECT_FALSE(text.contains("target"));
  file.setType(rpc::FileType::SYMLINK);
  text = written([&](JsonWriter& out) { writeFileInfo(out, file.asReader()); });
  EXPECT_EQ(text["target"], "t");
  EXPECT_EQ(text["type"], "symlink");
}

TEST(SessionJsonTest, AnErrorThatIsNoneIsLeftOut) {
  capnp::MallocMessageBuilder message;
  auto result = message.initRoot<rpc::CellResult>();
  static const std::string hostile = "[[[[";
  result.setError(asData(hostile));
  const auto text =
      written([&](JsonWriter& out) { writeCellResult(out, result.asReader(), true); });
  EXPECT_FALSE(text.contains("error"));
  EXPECT_EQ(text["context"]["state"], "kept");
}

TEST(SessionJsonTest, LabelsMayHaveAnyName) {
  capnp::MallocMessageBuilder message;
  auto info = message.initRoot<rpc::SessionInfo>();
  info.initIsolation();
  auto label = info.initMetadata(1)[0];
  label.setName("\"},{\n\xff");
  label.setValue("v");
  const auto text = written([&](JsonWriter& out) { writeSessionInfo(out, info.asReader()); });
  EXPECT_EQ(text["metadata"].size(), 1u);
  EXPECT_EQ(text["metadata"].begin().value(), "v");
}

}  // namespace
}  // namespace brood::gateway
