#include "cli/terminal/line_editor.h"

#include <histedit.h>
#include <signal.h>

#include <cerrno>
#include <cstdio>
#include <stdexcept>

namespace brood::cli {
namespace {

constexpr int kRemembered = 1000;

// A call that waits for a key ends when Ctrl-C is pressed, while one of these lives.
class InterruptedByCtrlC {
 public:
  InterruptedByCtrlC() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGINT, &action, &before_);
  }
  ~InterruptedByCtrlC() { ::sigaction(SIGINT, &before_, nullptr); }
  InterruptedByCtrlC(const InterruptedByCtrlC&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace

struct LineEditor::Editor {
  EditLine* line = nullptr;
  History* history = nullptr;
  HistEvent event{};
  std::string prompt;

  ~Editor() {
    if (line != nullptr) ::el_end(line);
    if (history != nullptr) ::history_end(history);
  }

  static char* promptOf(EditLine* line) {
    void* self = nullptr;
    ::el_get(line, EL_CLIENTDATA, &self);
    return static_cast<Editor*>(self)->prompt.data();
  }
};

LineEditor::LineEditor() : editor_(std::make_unique<Editor>()) {
  editor_->line = ::el_init("brood", stdin, stdout, stderr);
  editor_->history = ::history_init();
  if (editor_->line == nullptr || editor_->history == nullptr) {
    throw std::runtime_error("the terminal cannot be used for editing");
  }
  ::history(editor_->history, &editor_->event, H_SETSIZE, kRemembered);
  ::el_set(editor_->line, EL_CLIENTDATA, editor_.get());
  ::el_set(editor_->line, EL_PROMPT, &Editor::promptOf);
  ::el_set(editor_->line, EL_HIST, &::history, editor_->history);
  ::el_set(editor_->line, EL_EDITOR, "emacs");
  ::el_set(editor_->line, EL_SIGNAL, 0);
}

LineEditor::~LineEditor() = default;

LineEditor::Ending LineEditor::read(const std::string& prompt, std::string& line) {
  editor_->prompt = prompt;
  const InterruptedByCtrlC interruptible;
  int count = 0;
  errno = 0;
  const char* typed = ::el_gets(editor_->line, &count);
  if (typed == nullptr || count <= 0) {
    const bool isInterrupted = count < 0 && errno == EINTR;
    std::fputs("\n", stdout);
    std::fflush(stdout);
    if (isInterrupted) ::el_reset(editor_->line);
    return isInterrupted ? Ending::interrupted : Ending::endOfInput;
  }
  line.assign(typed, static_cast<size_t>(count));
  if (line.ends_with('\n')) line.pop_back();
  return Ending::line;
}

void LineEditor::remember(const std::string& line) {
  ::history(editor_->history, &editor_->event, H_ENTER, line.c_str());
}

}  // namespace brood::cli
