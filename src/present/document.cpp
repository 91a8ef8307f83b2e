#include "present/document.h"

#include "present/print.h"
#include "present/spelling.h"
#include "source/text.h"

namespace gradwright {
namespace {

/// The text of a sentence; a formula in it is broken last of all.
std::string plain(const Rich& rich) {
  std::string text;
  for (const Run& run : rich.runs()) text += run.is_math ? kept_together(run.unicode) : run.unicode;
  return text;
}

/// With sizes where they are wanted; without them in the tightest spelling where that fits, or is the only one, then broken at spaces and before `·`.
Aligned shown_formula(const Block& block, std::size_t room) {
  const Aligned& sized = block.formula.sized;
  if (block.sized && !sized.is_empty()) return sized;
  const std::string_view text = block.formula.unicode;
  if (display_width(text) > room && !sized.is_empty()) return sized.upper();
  Aligned line;
  for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
    end = std::min({text.find(' ', at + 1), text.find("·", at + 1), text.size()});
    line.put(text.substr(at, end - at));
    line.allow_break();
  }
  return line;
}

/// A formula after what stands left of it, its other lines moved under the first; below the left side where that leaves too little room.
std::string equation_lines(const Block& block, std::size_t width) {
  constexpr std::size_t margin = 4, least_room = 30;
  std::string lead(margin, ' '), page;
  for (const Run& run : block.text.runs()) lead += run.unicode;
  if (!block.text.is_empty()) lead += " = ";
  if (!block.text.is_empty() && display_width(lead) + std::min(block.formula.sized.width(), least_room) > width) {
    lead.pop_back();
    page = lead + "\n";
    lead.assign(2 * margin, ' ');
  }
  const std::size_t indent = display_width(lead);
  const std::size_t room = width - std::min(width, indent);
  const std::string lines = shown_formula(block, room).within(room);
  for (std::size_t at = 0; at <= lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    if (end > at) page += (at == 0 ? lead : std::string(indent, ' ')) + lines.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return page;
}

std::string latex_words(const std::string& words) {
  std::string safe;
  for (std::size_t i = 0; i < words.size();) {
    const auto c = static_cast<unsigned char>(words[i]);
    if (c < 0x80) {
      if (std::string_view("&%$#_{}").find(words[i]) != std::string_view::npos) safe += '\\';
      safe += words[i] == '^'    ? "\\^{}"
              : words[i] == '~'  ? "\\~{}"
              : words[i] == '\\' ? "\\textbackslash{}"
                                 : std::string(1, words[i]);
      ++i;
      continue;
    }
    static constexpr std::pair<std::string_view, std::string_view> signs[] = {
        {"×", "$\\times$"},      {"⊙", "$\\odot$"},   {"⊗", "$\\otimes$"}, {"∂", "$\\partial$"},
        {"·", "$\\cdot$"},       {"ᵀ", "$^{\\top}$"}, {"−", "$-$"},        {"ₙ", "$_{n}$"},
        {"½", "$\\frac{1}{2}$"}, {"→", "$\\to$"},     {"Σ", "$\\Sigma$"},  {"σ", "$\\sigma$"},
        {"δ", "$\\delta$"},      {"′", "$'$"},        {"…", "\\dots{}"},   {"–", "--"},
        {"≥", "$\\ge$"},         {"±", "$\\pm$"},     {"⊘", "$\\oslash$"}, {"²", "$^{2}$"},
        {"₀", "$_{0}$"},         {"₁", "$_{1}$"},     {"₂", "$_{2}$"},     {"₃", "$_{3}$"},
        {"₄", "$_{4}$"},         {"₅", "$_{5}$"},     {"₆", "$_{6}$"},     {"₇", "$_{7}$"},
        {"₈", "$_{8}$"},         {"₉", "$_{9}$"}};
    bool known = false;
    for (const auto& [sign, spelled] : signs) {
      if (std::string_view(words).substr(i, sign.size()) != sign) continue;
      safe += spelled;
      i += sign.size();
      known = true;
      break;
    }
    if (!known) {
      std::size_t length = 1;
      while (i + length < words.size() && (static_cast<unsigned char>(words[i + length]) & 0xC0U) == 0x80U) ++length;
      safe += words.substr(i, length);
      i += length;
    }
  }
  return safe;
}

std::string latex(const Rich& rich) {
  std::string text;
  for (const Run& run : rich.runs()) text += run.is_math ? "$" + run.latex + "$" : latex_words(run.unicode);
  return text;
}
std::string latex_math(const Rich& rich) {
  std::string text;
  for (const Run& run : rich.runs()) text += run.is_math ? run.latex : "\\text{" + latex_words(run.unicode) + "}";
  return text;
}

std::string html_words(std::string_view words) {
  std::string safe;
  for (const char c : words) safe += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return safe;
}

std::string html(const Rich& rich) {
  std::string text;
  for (const Run& run : rich.runs()) text += run.is_math ? "<math>" + run.mathml + "</math>" : html_words(run.unicode);
  return text;
}

std::string html_math(const Rich& rich) {
  std::string text;
  for (const Run& run : rich.runs()) {
    const bool is_equals = run.unicode == " = ";
    text += run.is_math ? run.mathml : is_equals ? "<mo>=</mo>" : "<mtext>" + html_words(run.unicode) + "</mtext>";
  }
  return text;
}

std::string markdown(const Rich& rich) {
  std::string text;
  for (const Run& run : rich.runs()) text += run.is_math ? "$" + run.latex + "$" : run.unicode;
  return text;
}

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5d6672; --line: #e3e6ea; --card: #fff; --page: #f6f7f9; --accent: #2456b8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #9aa4b1; --line: #30363d; --card: #1b1f24; --page: #121417; --accent: #8ab4ff; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 17px/1.6 system-ui, sans-serif; }
main { max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.2rem 1.8rem 1.5rem; margin-bottom: 1.5rem; }
h2 { font-size: 1.3rem; margin: .3rem 0 1rem; font-weight: 600; }
h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; color: var(--accent); font-weight: 600; }
p, li { color: var(--soft); margin: .35rem 0; }
ul { margin: .2rem 0 .6rem; padding-left: 1.4rem; }
.equation { overflow-x: auto; padding: .4rem 0; }
math { font-size: 1.08em; color: var(--ink); }
.equation math { font-size: 1.25em; }
math .size { font-size: .58em; color: var(--accent); }
)";

}  // namespace

Rich& Rich::add(std::string_view words) {
  if (words.empty()) return *this;
  if (!runs_.empty() && !runs_.back().is_math)
    runs_.back().unicode += words;
  else
    runs_.push_back({false, std::string(words), "", ""});
  return *this;
}
Rich& Rich::add(Run run) {
  runs_.push_back(std::move(run));
  return *this;
}
Rich& Rich::add(const Rich& other) {
  for (const Run& run : other.runs_) run.is_math ? add(run) : add(std::string_view(run.unicode));
  return *this;
}

Run run_of(const Formula& formula) { return {true, formula.unicode, formula.latex, formula.mathml}; }

Run name_run(std::string_view name) {
  return {true, view::unicode_name(name), view::latex_name(name), view::mathml_name(name), std::string(name)};
}

Run entry_run(std::string_view name, std::string_view indices) {
  const Run base = name_run(name);
  return {true, base.unicode + "[" + std::string(indices) + "]",
          "{" + base.latex + "}_{" + view::latex_indices(std::string(indices)) + "}",
          "<msub><mrow>" + base.mathml + "</mrow><mi>" + std::string(indices) + "</mi></msub>",
          base.sheet + "[" + std::string(indices) + "]"};
}

Run derivative_run(std::string_view of, std::string_view wrt, int order) {
  const Run top = name_run(of);
  const Run below = name_run(wrt);
  const bool second = order == 2;
  return {true, std::string(second ? "∂²" : "∂") + top.unicode + "/∂" + below.unicode + (second ? "²" : ""),
          std::string("\\frac{\\partial") + (second ? "^{2}" : "") + " " + top.latex + "}{\\partial " + below.latex +
              (second ? "^{2}" : "") + "}",
          "<mfrac><mrow>" + std::string(second ? "<msup><mo>∂</mo><mn>2</mn></msup>" : "<mo>∂</mo>") + top.mathml +
              "</mrow><mrow><mo>∂</mo>" + (second ? "<msup>" + below.mathml + "<mn>2</mn></msup>" : below.mathml) +
              "</mrow></mfrac>",
          std::string(second ? "∂²" : "∂") + top.sheet + "/∂" + below.sheet + (second ? "²" : "")};
}

Run mixed_derivative_run(std::string_view of, std::string_view first, std::string_view second) {
  const Run top = name_run(of);
  const Run a = name_run(first);
  const Run b = name_run(second);
  return {true, "∂²" + top.unicode + "/∂" + a.unicode + "∂" + b.unicode,
          "\\frac{\\partial^{2} " + top.latex + "}{\\partial " + a.latex + " \\partial " + b.latex + "}",
          "<mfrac><mrow><msup><mo>∂</mo><mn>2</mn></msup>" + top.mathml + "</mrow><mrow><mo>∂</mo>" + a.mathml +
              "<mo>∂</mo>" + b.mathml + "</mrow></mfrac>",
          "∂²" + top.sheet + "/∂" + a.sheet + "∂" + b.sheet};
}

Run size_run(std::string_view rows, std::string_view cols) {
  const auto extent = [](std::string_view text) {
    const bool is_compound = text.find_first_of(" *+-") != std::string_view::npos;
    return is_compound ? "(" + std::string(text) + ")" : std::string(text);
  };
  const std::string text = extent(rows) + "×" + extent(cols);
  return {true, text, view::latex_indices(std::string(rows)) + " \\times " + view::latex_indices(std::string(cols)),
          "<mtext>" + text + "</mtext>"};
}

std::string terminal_page(const Document& document, const TerminalStyle& style) {
  const auto bold = [&](const std::string& text) { return style.colour ? "\x1b[1m" + text + "\x1b[0m" : text; };
  const auto sentence = [&](const Rich& text, const char* indent) {
    return wrapped(plain(text), indent, indent, style.width);
  };
  const auto bold_sentence = [&](const Rich& text, const char* indent) {
    std::string lines = sentence(text, indent);
    lines.pop_back();
    return bold(lines) + "\n";
  };
  std::string page;
  Block::Kind before = Block::Kind::title;
  for (const Block& block : document.blocks) {
    const bool parts =
        block.kind == Block::Kind::heading ||
        (block.kind == Block::Kind::paragraph && (before == Block::Kind::item || before == Block::Kind::equation));
    if (parts && before != Block::Kind::title) page += "\n";
    before = block.kind;
    switch (block.kind) {
      case Block::Kind::title: page += bold_sentence(block.text, "") + "\n"; break;
      case Block::Kind::heading: page += bold_sentence(block.text, "  "); break;
      case Block::Kind::paragraph: page += sentence(block.text, "  "); break;
      case Block::Kind::item: page += sentence(block.text, "      "); break;
      case Block::Kind::equation: page += equation_lines(block, style.width); break;
    }
  }
  return page;
}

std::string latex_page(const std::vector<Document>& documents) {
  std::string page =
      "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\usepackage[a4paper,margin=2.5cm]{geometry}\n"
      "\\setlength{\\parindent}{0pt}\n\\begin{document}\n";
  for (const Document& document : documents) {
    for (const Block& block : document.blocks) {
      switch (block.kind) {
        case Block::Kind::title: page += "\n\\section*{" + latex(block.text) + "}\n"; break;
        case Block::Kind::heading: page += "\n\\subsection*{" + latex(block.text) + "}\n"; break;
        case Block::Kind::paragraph: page += latex(block.text) + "\n\n"; break;
        case Block::Kind::item: page += "\\quad " + latex(block.text) + "\n\n"; break;
        case Block::Kind::equation: {
          const std::string& formula =
              block.sized && !block.formula.latex_sized.empty() ? block.formula.latex_sized : block.formula.latex;
          page += "\\[ " + (block.text.is_empty() ? "" : latex_math(block.text) + " = ") + formula + " \\]\n";
          break;
        }
      }
    }
  }
  return page + "\\end{document}\n";
}

std::string html_page(const std::vector<Document>& documents, std::string_view title) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<title>" +
      html_words(title) + "</title>\n<style>" + std::string(style) + "</style>\n<main>\n";
  for (const Document& document : documents) {
    page += "<section>\n";
    bool in_list = false;
    for (const Block& block : document.blocks) {
      const bool is_item = block.kind == Block::Kind::item;
      if (is_item != in_list) page += is_item ? "<ul>\n" : "</ul>\n";
      in_list = is_item;
      switch (block.kind) {
        case Block::Kind::title: page += "<h2>" + html(block.text) + "</h2>\n"; break;
        case Block::Kind::heading: page += "<h3>" + html(block.text) + "</h3>\n"; break;
        case Block::Kind::paragraph: page += "<p>" + html(block.text) + "</p>\n"; break;
        case Block::Kind::item: page += "<li>" + html(block.text) + "</li>\n"; break;
        case Block::Kind::equation:
          page += "<div class=\"equation\"><math display=\"block\"><mrow>" +
                  (block.text.is_empty() ? "" : html_math(block.text) + "<mo>=</mo>") + block.formula.mathml +
                  "</mrow></math></div>\n";
          break;
      }
    }
    page += std::string(in_list ? "</ul>\n" : "") + "</section>\n";
  }
  return page + "</main>\n</html>\n";
}

std::string markdown_page(const std::vector<Document>& documents) {
  std::string page;
  for (const Document& document : documents) {
    for (const Block& block : document.blocks) {
      switch (block.kind) {
        case Block::Kind::title: page += "\n## " + markdown(block.text) + "\n\n"; break;
        case Block::Kind::heading: page += "\n### " + markdown(block.text) + "\n\n"; break;
        case Block::Kind::paragraph: page += markdown(block.text) + "\n\n"; break;
        case Block::Kind::item: page += "- " + markdown(block.text) + "\n"; break;
        case Block::Kind::equation: {
          const std::string& formula =
              block.sized && !block.formula.latex_sized.empty() ? block.formula.latex_sized : block.formula.latex;
          page += "\n$$" + (block.text.is_empty() ? "" : latex_math(block.text) + " = ") + formula + "$$\n\n";
          break;
        }
      }
    }
  }
  return page;
}

}  // namespace gradwright
