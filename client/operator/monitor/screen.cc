#include "operator/monitor/screen.h"

#include <curses.h>
#include <langinfo.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>

namespace quartet {
namespace {

// Drawn on a sheet larger than most terminals; ncurses shows the part that fits.
constexpr int kSheetRows = 60;
constexpr int kSheetColumns = 500;

constexpr int kSeverityColumn = 13;
constexpr int kTextColumn = 23;
constexpr int kBarWidth = 18;
constexpr int kFirstRow = 4;  // below title, server, status and failure

constexpr std::array<const char*, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char*, 8> kAsciiBlocks = {"_", ".", "-", "=", "+", "*", "%", "#"};

// Numbers of ncurses' colour pairs; without colours the words are enough, and bold what is bad.
chtype StyleOf(Severity severity) {
  const chtype emphasis = severity == Severity::kNormal ? A_NORMAL : A_BOLD;
  if (!has_colors()) return emphasis;
  return emphasis | static_cast<chtype>(COLOR_PAIR(static_cast<int>(severity) + 1));
}

void PrepareColours() {
  if (!has_colors()) return;
  start_color();
  const int background = use_default_colors() == OK ? -1 : COLOR_BLACK;
  init_extended_pair(1, COLOR_GREEN, background);
  init_extended_pair(2, COLOR_YELLOW, background);
  init_extended_pair(3, COLOR_RED, background);
}

}  // namespace

struct Screen::Terminal {
  SCREEN* screen = nullptr;
  WINDOW* sheet = nullptr;
  const std::array<const char*, 8>* blocks = &kAsciiBlocks;

  void Write(const std::string& text, chtype style = A_NORMAL) const {
    wattrset(sheet, static_cast<int>(style));
    waddnstr(sheet, text.c_str(), kSheetColumns - getcurx(sheet) - 1);
  }

  void WriteBar(double part, chtype style) const {
    const int full = static_cast<int>(std::lround(part * (kBarWidth - 2)));
    Write("[");
    Write(std::string(full, '|'), style);
    Write(std::string(kBarWidth - 2 - full, ' ') + "]  ");
  }

  void WriteHistory(const std::vector<double>& parts) const {
    std::string line;
    for (const double part : parts) {
      const auto last = static_cast<double>(blocks->size() - 1);
      line += (*blocks)[std::lround(std::clamp(part, 0.0, 1.0) * last)];
    }
    Write(line + "  ");
  }

  void WriteRow(int y, const Row& row, chtype bar_style) const {
    wmove(sheet, y, 0);
    Write(row.label);
    wmove(sheet, y, kSeverityColumn);
    if (row.severity) Write(NameOf(*row.severity), StyleOf(*row.severity));
    wmove(sheet, y, kTextColumn);
    if (row.bar) WriteBar(*row.bar, bar_style);
    if (!row.history.empty()) WriteHistory(row.history);
    Write(row.text);
  }

  void Show() const {
    wnoutrefresh(stdscr);
    pnoutrefresh(sheet, 0, 0, 0, 0, std::min(LINES, kSheetRows) - 1,
                 std::min(COLS, kSheetColumns) - 1);
    doupdate();
  }
};

absl::StatusOr<std::unique_ptr<Screen>> Screen::Open() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) {
    return absl::FailedPreconditionError("standard input or output is no terminal");
  }
  std::setlocale(LC_CTYPE, "");
  auto terminal = std::make_unique<Terminal>();
  terminal->screen = newterm(nullptr, stdout, stdin);
  if (terminal->screen == nullptr) {
    return absl::FailedPreconditionError("ncurses doesn't know the terminal that TERM names");
  }
  if (std::string(nl_langinfo(CODESET)) == "UTF-8") terminal->blocks = &kBlocks;
  return std::unique_ptr<Screen>(new Screen(std::move(terminal)));
}

Screen::Screen(std::unique_ptr<Terminal> terminal) : terminal_(std::move(terminal)) {
  PrepareColours();
  cbreak();
  noecho();
  curs_set(0);
  terminal_->sheet = newpad(kSheetRows, kSheetColumns);
  nodelay(terminal_->sheet, TRUE);
  keypad(terminal_->sheet, TRUE);
}

Screen::~Screen() {
  delwin(terminal_->sheet);
  endwin();
  delscreen(terminal_->screen);
}

void Screen::Paint(const View& view) {
  werase(terminal_->sheet);
  wmove(terminal_->sheet, 0, 0);
  terminal_->Write(view.title, A_BOLD);
  terminal_->Write("  (q quits)");
  wmove(terminal_->sheet, 1, 0);
  terminal_->Write(view.server);
  terminal_->WriteRow(2, view.status, A_NORMAL);
  wmove(terminal_->sheet, 3, 0);
  terminal_->Write(view.failure, StyleOf(Severity::kCritical));
  int y = kFirstRow;
  chtype bar_style = A_NORMAL;  // a bar has the colour of the finding above it
  for (const Row& row : view.rows) {
    if (y == kSheetRows) break;
    if (!row.label.empty()) bar_style = row.severity ? StyleOf(*row.severity) : A_DIM;
    terminal_->WriteRow(y++, row, bar_style);
  }
  terminal_->Show();
}

bool Screen::IsToEnd(int milliseconds) {
  pollfd input = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  poll(&input, 1, milliseconds);
  // A terminal that has gone is readable for ever.
  if ((input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return true;
  for (int key = wgetch(terminal_->sheet); key != ERR; key = wgetch(terminal_->sheet)) {
    if (key == 'q' || key == 'Q') return true;
  }
  return false;
}

}  // namespace quartet
