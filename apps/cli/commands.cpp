#include "commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <sstream>

#include "width.h"

namespace gradwright::cli {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

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

std::optional<gw::Layout> layout_named(const std::string& name) {
  if (name == "gradient") return gw::Layout::gradient;
  if (name == "numerator") return gw::Layout::numerator;
  if (name == "denominator") return gw::Layout::denominator;
  return std::nullopt;
}

gw::Diagnostic fault(std::string code, std::string message, std::string help) {
  return {std::move(code), gw::Severity::error, std::move(message), {}, {}, {}, {}, {std::move(help)}, {}};
}

void show(const std::vector<gw::Diagnostic>& all, const Streams& streams) {
  print(stderr, gw::rendered(all, streams.err));
}

int show_fault(const gw::Diagnostic& fault, const Streams& streams) {
  print(stderr, gw::rendered(fault, streams.err));
  return exit_code_of(fault.code);
}

gw::Backend backend_named(const std::string& name) {
  return name == "llvm"          ? gw::Backend::llvm
         : name == "c"           ? gw::Backend::c
         : name == "interpreter" ? gw::Backend::interpreter
                                 : gw::Backend::automatic;
}

void show_note(gw::Diagnostic note) {
  note.severity = gw::Severity::note;
  note.place = {};
  print(stderr, gw::rendered(note, {.width = terminal_width(STDERR_FILENO)}));
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
  if (const auto saved = gw::save_text(file, *result); !saved) return show_fault(saved.error(), streams);
  return fine;
}

}  // namespace gradwright::cli
