#include "commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "data/durable_file.h"
#include "read/formula/too_long.h"
#include "width.h"

namespace gradwright::cli {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

}  // namespace

std::optional<Text> read_text(const std::string& path, const Streams&) {
  std::ostringstream content;
  if (path == "-") {
    content << std::cin.rdbuf();
    return Text("<stdin>", content.str());
  }
  std::ifstream file(path, std::ios::binary);
  const bool is_empty = file && file.peek() == std::ifstream::traits_type::eof() && file.eof();
  if (is_empty) return Text(path, "");
  if (file) content << file.rdbuf();
  if (!file || content.fail()) {
    print(stderr, fmt::format("error[G0505]: cannot read `{}`\n  = help: check the path; `-` reads standard input\n", path));
    return std::nullopt;
  }
  return Text(path, content.str());
}

int show_fault(const Diagnostic& diagnostic, const Text& text, const Streams& streams) {
  print(stderr, diagnostic.span.is_empty() ? terminal_remarks(diagnostic, streams.err) : terminal_text(diagnostic, text, streams.err));
  for (const char* environment : {"G0505", "G0508", "G0530"}) {
    if (diagnostic.code == environment) return environment_fault;
  }
  if (diagnostic.code == "G0904") return bug;
  return input_fault;
}

void show_diagnostics(const Session& session, const Streams& streams) {
  if (!session.diagnostics().empty()) print(stderr, terminal_text(session.diagnostics(), session.text(), streams.err));
}

Backend backend_named(const std::string& name) {
  return name == "llvm"          ? Backend::llvm
         : name == "c"           ? Backend::c
         : name == "interpreter" ? Backend::interpreter
                                 : Backend::automatic;
}

void show_note(Diagnostic note) {
  note.severity = Severity::note;
  TerminalStyle style;
  style.width = terminal_width(STDERR_FILENO);
  print(stderr, terminal_remarks(note, style));
}

int run_fmt(const std::string& file, bool write, const Streams& streams) {
  const auto text = read_text(file, streams);
  if (!text) return environment_fault;
  if (const auto fault = too_long(*text)) return show_fault(*fault, *text, streams);
  const std::string result = formatted(*text);
  if (!write || file == "-") {
    print(stdout, result);
    return fine;
  }
  if (result == text->content()) return fine;
  if (const auto fault = write_durably(file, result)) return show_fault(*fault, *text, streams);
  return fine;
}

}  // namespace gradwright::cli
