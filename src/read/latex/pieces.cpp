#include "read/latex/pieces.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace gradwright::latex {
namespace {

/// The end of `$…$`, within its paragraph; nothing where it has none.
std::size_t end_of_inline(std::string_view text, std::size_t begin, std::string_view close) {
  const std::size_t paragraph = std::min(text.find("\n\n", begin), text.size());
  std::size_t end = text.find(close, begin);
  while (close == "$" && end < paragraph && text[end - 1] == '\\') end = text.find(close, end + 1);
  return end < paragraph ? end : std::string_view::npos;
}

}  // namespace

std::vector<Piece> pieces_of(std::string_view text) {
  static constexpr std::array<std::string_view, 10> environments{
      "align", "equation", "gather", "multline", "eqnarray", "displaymath", "flalign", "alignat", "math", "dmath"};
  static constexpr std::size_t verb = 5;  // \verb|…|
  std::vector<Piece> found;
  const auto add = [&](std::size_t begin, std::size_t end, bool is_inline = false) {
    found.push_back({{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, is_inline});
  };
  const std::size_t body = text.find("\\begin{document}");
  for (std::size_t at = body == std::string_view::npos ? 0 : body; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest[0] == '%') {
      at = std::min(text.find('\n', at), text.size());
    } else if (rest.starts_with("\\verb") && rest.size() > verb &&
               std::ispunct(static_cast<unsigned char>(rest[verb])) != 0) {
      at = std::min(text.find(rest[verb], at + verb + 1), text.size() - 1) + 1;
    } else if (rest.starts_with("$$") || rest.starts_with("\\[")) {
      const std::string_view close = rest[0] == '$' ? "$$" : "\\]";
      const std::size_t end = std::min(text.find(close, at + 2), text.size());
      add(at + 2, end);
      at = std::min(end + 2, text.size());
    } else if (rest[0] == '$' || rest.starts_with("\\(")) {
      const std::string_view open = rest[0] == '$' ? "$" : "\\(", close = rest[0] == '$' ? "$" : "\\)";
      const std::size_t end = end_of_inline(text, at + open.size(), close);
      at += open.size();
      if (end == std::string_view::npos) continue;
      add(at, end, true);
      at = end + close.size();
    } else if (rest.starts_with("\\begin{")) {
      const std::size_t brace = text.find('}', at);
      const std::string name(brace == std::string_view::npos ? "" : text.substr(at + 7, brace - at - 7));
      const std::string plain = name.ends_with('*') ? name.substr(0, name.size() - 1) : name;
      const bool is_math = std::find(environments.begin(), environments.end(), plain) != environments.end();
      const std::size_t stop = name.empty() ? std::string_view::npos : text.find("\\end{" + name + "}", brace);
      if (name == "verbatim" || name == "lstlisting" || name == "comment") {
        at = std::min(stop, text.size());
      } else if (is_math) {
        add(plain == "alignat" ? std::min(text.find('}', brace + 1), text.size() - 1) + 1 : brace + 1,
            std::min(stop, text.size()));
        at = std::min(stop, text.size());
      }
      ++at;
    } else {
      at += rest[0] == '\\' ? 2 : 1;
    }
  }
  return found;
}

}  // namespace gradwright::latex
