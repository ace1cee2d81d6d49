#include "supervisor/sessions/commands.h"

#include <algorithm>

#include "base/plain_text.h"
#include "base/text.h"
#include "supervisor/sessions/session_request.h"

namespace brood::supervisor {
namespace {

// That have ended, and whose output can still be followed.
constexpr size_t kMostEnded = 32;
constexpr size_t kMostArguments = 1'024;
constexpr uint16_t kMostCells = 10'000;

}  // namespace

Commands::Commands(SessionGround& ground, NewWorker newWorker)
    : ground_(ground), newWorker_(std::move(newWorker)) {}

size_t Commands::running() const {
  return static_cast<size_t>(std::count_if(commands_.begin(), commands_.end(),
                                           [](auto& each) { return each.second->isRunning(); }));
}

kj::Promise<Commands::Started> Commands::start(CommandOrder order, const JobLimits& limits) {
  const size_t most = ground_.config.sessions.maxCommands;
  if (running() >= most) {
    return Started(RejectionInfo{
        rpc::RejectionKind::CONFLICT, "too_many_commands",
        "a session may run " + std::to_string(most) + " commands at once, and does", "", 1'000});
  }
  const uint64_t number = next_++;
  auto command = std::make_shared<Command>(ground_, std::to_string(number), kj::mv(order), limits);
  commands_[number] = command;
  forgetOldest();
  return newWorker_(command->order())
      .then(
          [command](kj::Own<SessionWorker> worker) {
            command->begin(kj::mv(worker));
            return Started(std::shared_ptr<Command>(command));
          },
          [this, command, number](kj::Exception&& why) {
            command->fail(plainText(why));
            commands_.erase(number);
            return Started(RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "sandbox_unavailable",
                                         plainText(why), "", 1'000});
          });
}

Commands::Started Commands::find(const std::string& id) const {
  for (const auto& [number, command] : commands_) {
    if (command->id() == id) return std::shared_ptr<Command>(command);
  }
  return RejectionInfo{rpc::RejectionKind::NOT_FOUND, "command_not_found",
                       "there is no command '" + id + "' in this session", "id", 0};
}

void Commands::forgetOldest() {
  size_t ended = commands_.size() - running();
  for (auto each = commands_.begin(); ended > kMostEnded && each != commands_.end();) {
    if (each->second->isRunning()) {
      ++each;
    } else {
      each = commands_.erase(each);
      --ended;
    }
  }
}

void Commands::endAll(EndCause cause) {
  for (auto& [number, command] : commands_) command->end(cause);
}

kj::OneOf<CommandOrder, RejectionInfo> admitCommand(rpc::Command::Reader command,
                                                    const JobLimits& limits, const Config& config) {
  KJ_IF_MAYBE (rejection, checkTimeout(command.getTimeoutMs(), config)) return kj::mv(*rejection);
  KJ_IF_MAYBE (rejection, checkEnvironment(command.getEnv())) return kj::mv(*rejection);
  const auto argv = command.getArgv();
  if (argv.size() == 0 || argv[0].size() == 0 || argv.size() > kMostArguments) {
    return invalid(
        "invalid_value",
        "argv must name a program, and have at most " + std::to_string(kMostArguments) + " words",
        "argv");
  }
  CommandOrder order;
  for (auto word : argv) {
    if (hasNul(word.asBytes())) {
      return invalid("invalid_value", "argv must not contain NUL characters", "argv");
    }
    order.argv.emplace_back(word.cStr());
  }
  if (hasNul(command.getCwd().asBytes())) {
    return invalid("invalid_value", "cwd must not contain NUL characters", "cwd");
  }
  if (command.getRows() > kMostCells || command.getColumns() > kMostCells ||
      (command.getRows() == 0) != (command.getColumns() == 0)) {
    return invalid("invalid_value",
                   "tty.rows and tty.cols must be 1.." + std::to_string(kMostCells), "tty");
  }
  order.folder = command.getCwd().cStr();
  order.tag = command.getTag().cStr();
  for (auto variable : command.getEnv()) {
    order.environment.emplace_back(variable.getName().cStr(), variable.getValue().cStr());
  }
  order.input = textOf(command.getStdin());
  order.keepsInputOpen = command.getKeepStdinOpen();
  order.isBackground = command.getBackground();
  order.rows = command.getRows();
  order.columns = command.getColumns();
  order.timeoutMs = command.getTimeoutMs();
  if (order.timeoutMs == 0 && !order.isBackground) order.timeoutMs = limits.wallTimeMs;
  return kj::mv(order);
}

}  // namespace brood::supervisor
