#include "help.h"

#include <gradwright/diagnostic.h>

#include <algorithm>

namespace gradwright::cli {
namespace {

/// A command of several lines, as a shell takes it.
std::string command_lines(std::string_view command, const std::string& indent, std::size_t width) {
  if (gw::columns_of(command) + indent.size() <= width) return indent + std::string(command) + "\n";
  std::string lines = gw::wrapped(command, indent, indent + "  ", width - 2);
  for (std::size_t at = 0; (at = lines.find('\n', at)) + 1 < lines.size(); at += 3) lines.insert(at, " \\");
  return lines;
}

/// A sentence; or an example, and what stands beside it beneath where the line is too narrow for both.
std::string footer_line(std::string_view line, std::size_t width) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  if (gw::columns_of(line) <= width || begin == 0) return gw::fitted(line, width);
  const std::string indent(begin, ' '), under(begin + 4, ' ');
  const std::size_t gap = std::min(line.find("   ", begin), line.size());
  const std::string command = command_lines(line.substr(begin, gap - begin), indent, width);
  return gap == line.size() ? command
                            : command + gw::wrapped(line.substr(line.find_first_not_of(' ', gap)), under, under, width);
}

}  // namespace

std::string help_entry(const std::string& name, const std::string& description, std::size_t column, std::size_t width) {
  const std::string indent(column, ' ');
  const std::string first = "  " + name;
  const std::size_t taken = gw::columns_of(first);
  if (taken + 1 >= column) return first + "\n" + gw::wrapped(description, indent, indent, width);
  return gw::wrapped(description, first + std::string(column - taken, ' '), indent, width);
}

std::string help_footer(std::string_view footer, std::size_t width) {
  std::string lines;
  for (std::size_t at = 0; at < footer.size();) {
    const std::size_t end = std::min(footer.find('\n', at), footer.size());
    lines += footer_line(footer.substr(at, end - at), width);
    at = end + 1;
  }
  return lines;
}

}  // namespace gradwright::cli
