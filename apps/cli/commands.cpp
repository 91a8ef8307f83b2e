#include "commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <sstream>

#include "data/durable_file.h"
#include "width.h"

namespace gradwright::cli {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

TerminalStyle style_of_errors(const Streams& streams) {
  return {streams.err.colour, streams.err.unicode, streams.err.width};
}

int exit_code_of(const std::string& code) {
  for (const char* environment : {"G0505", "G0508", "G0530"}) {
    if (code == environment) return environment_fault;
  }
  return code == "G0904" ? bug : input_fault;
}

}  // namespace

std::optional<std::string> text_in(const std::string& path, const Streams& streams) {
  if (path == "-") {
    std::ostringstream content;
    content << std::cin.rdbuf();
    return content.str();
  }
  auto text = gw::text_of(path);
  if (text) return *std::move(text);
  text.error().helps.push_back("`-` reads standard input");
  (void)show_fault(text.error(), streams);
  return std::nullopt;
}

std::string name_of_text(const std::string& path) { return path == "-" ? "<stdin>" : path; }

std::optional<gw::Sheet> sheet_in(const std::string& path, const Streams& streams) {
  auto text = text_in(path, streams);
  return text ? std::optional(gw::Sheet::read(*std::move(text), name_of_text(path))) : std::nullopt;
}

std::optional<Text> read_text(const std::string& path, const Streams& streams) {
  auto text = text_in(path, streams);
  return text ? std::optional<Text>({name_of_text(path), *std::move(text)}) : std::nullopt;
}

std::optional<gw::Layout> layout_named(const std::string& name) {
  if (name == "gradient") return gw::Layout::gradient;
  if (name == "numerator") return gw::Layout::numerator;
  if (name == "denominator") return gw::Layout::denominator;
  return std::nullopt;
}

void show(const std::vector<gw::Diagnostic>& all, const Streams& streams) {
  print(stderr, gw::rendered(all, streams.err));
}

int show_fault(const gw::Diagnostic& fault, const Streams& streams) {
  print(stderr, gw::rendered(fault, streams.err));
  return exit_code_of(fault.code);
}

int show_fault(const Diagnostic& diagnostic, const Text& text, const Streams& streams) {
  const TerminalStyle style = style_of_errors(streams);
  print(stderr,
        diagnostic.span.is_empty() ? terminal_remarks(diagnostic, style) : terminal_text(diagnostic, text, style));
  return exit_code_of(diagnostic.code);
}

void show_diagnostics(const Session& session, const Streams& streams) {
  const TerminalStyle style = style_of_errors(streams);
  if (!session.diagnostics().empty()) print(stderr, terminal_text(session.diagnostics(), session.text(), style));
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
  const auto sheet = sheet_in(file, streams);
  if (!sheet) return environment_fault;
  const auto result = sheet->formatted();
  if (!result) return show_fault(result.error(), streams);
  if (!write || file == "-") {
    print(stdout, *result);
    return fine;
  }
  if (*result == sheet->text()) return fine;
  if (const auto fault = write_durably(file, *result)) return show_fault(*fault, Text(file, ""), streams);
  return fine;
}

}  // namespace gradwright::cli
