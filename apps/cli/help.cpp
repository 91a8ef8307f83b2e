#include "help.h"

#include <CLI/CLI.hpp>

#include "source/columns.h"
#include "source/text.h"

namespace gradwright::cli {
namespace {

/// A command of several lines, as a shell takes it.
std::string command_lines(std::string_view command, const std::string& indent, std::size_t width) {
  if (display_width(command) + indent.size() <= width) return indent + std::string(command) + "\n";
  std::string lines = wrapped(command, indent, indent + "  ", width - 2);
  for (std::size_t at = 0; (at = lines.find('\n', at)) + 1 < lines.size(); at += 3) lines.insert(at, " \\");
  return lines;
}

/// A sentence; or an example, and what stands beside it beneath where the line is too narrow for both.
std::string footer_line(std::string_view line, std::size_t width) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  if (display_width(line) <= width || begin == 0) return fitted(line, width);
  const std::string indent(begin, ' '), under(begin + 4, ' ');
  const std::size_t gap = std::min(line.find("   ", begin), line.size());
  const std::string command = command_lines(line.substr(begin, gap - begin), indent, width);
  return gap == line.size() ? command
                            : command + wrapped(line.substr(line.find_first_not_of(' ', gap)), under, under, width);
}

class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::size_t width) : width_(width) { column_width(width < 60 ? 12 : 30); }

  [[nodiscard]] std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return entry(make_option_name(option, is_positional) + make_option_opts(option), make_option_desc(option));
  }
  [[nodiscard]] std::string make_subcommand(const CLI::App* command) const override {
    return entry(command->get_display_name(), command->get_description());
  }
  [[nodiscard]] std::string make_description(const CLI::App* app) const override {
    return fitted(CLI::Formatter::make_description(app), width_);
  }
  [[nodiscard]] std::string make_footer(const CLI::App* app) const override {
    const std::string footer = app->get_footer();
    std::string lines;
    for (std::size_t at = 0; at < footer.size();) {
      const std::size_t end = std::min(footer.find('\n', at), footer.size());
      lines += footer_line(std::string_view(footer).substr(at, end - at), width_);
      at = end + 1;
    }
    return lines;
  }

 private:
  [[nodiscard]] std::string entry(const std::string& name, const std::string& description) const {
    const std::size_t column = get_column_width();
    const std::string indent(column, ' ');
    std::string first = "  " + name;
    const std::size_t taken = display_width(first);
    const bool is_beside = taken + 1 < column;
    first = is_beside ? first + std::string(column - taken, ' ') : first + "\n";
    return is_beside ? wrapped(description, first, indent, width_)
                     : first + wrapped(description, indent, indent, width_);
  }

  std::size_t width_;
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_formatter(std::size_t width) { return std::make_shared<HelpFormatter>(width); }

}  // namespace gradwright::cli
