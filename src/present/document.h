// Document: what is told about a derivative, as blocks of text and formulas, before it becomes a terminal page, LaTeX, HTML or Markdown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "present/present.h"
#include "source/render.h"

namespace gradwright {

/// A piece of a sentence: words, or a formula in every spelling.
struct Run {
  bool is_math = false;
  std::string unicode, latex, mathml;
  std::string sheet = {};  ///< with names as the sheet spells them; empty where it is as in `unicode`
};

/// A sentence, built piece by piece.
class Rich {
 public:
  Rich() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): words are a sentence.
  Rich(std::string_view words) { add(words); }
  // NOLINTNEXTLINE(google-explicit-constructor)
  Rich(const char* words) { add(std::string_view(words)); }
  // NOLINTNEXTLINE(google-explicit-constructor)
  Rich(const std::string& words) { add(std::string_view(words)); }
  Rich& add(std::string_view words);
  Rich& add(const char* words) { return add(std::string_view(words)); }
  Rich& add(const std::string& words) { return add(std::string_view(words)); }
  Rich& add(Run run);
  Rich& add(const Rich& other);
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  [[nodiscard]] bool is_empty() const { return runs_.empty(); }

 private:
  std::vector<Run> runs_;
};

[[nodiscard]] Run run_of(const Formula&);
/// A name as the sheet writes it: W2, delta3.
[[nodiscard]] Run name_run(std::string_view name);
/// A name with an entry: W2[i,j].
[[nodiscard]] Run entry_run(std::string_view name, std::string_view indices);
/// ∂of/∂wrt; `of` and `wrt` are names.
[[nodiscard]] Run derivative_run(std::string_view of, std::string_view wrt, int order = 1);
[[nodiscard]] Run mixed_derivative_run(std::string_view of, std::string_view first, std::string_view second);
/// 3×2
[[nodiscard]] Run size_run(std::string_view rows, std::string_view cols);

struct Block {
  enum class Kind { title, heading, paragraph, item, equation };
  Kind kind = Kind::paragraph;
  Rich text;        ///< of an equation: what stands left of `=`
  Formula formula;  ///< of an equation
  bool sized = true;
};

struct Document {
  std::vector<Block> blocks;
  void title(Rich text) { blocks.push_back({Block::Kind::title, std::move(text), {}, false}); }
  void heading(Rich text) { blocks.push_back({Block::Kind::heading, std::move(text), {}, false}); }
  void paragraph(Rich text) { blocks.push_back({Block::Kind::paragraph, std::move(text), {}, false}); }
  void item(Rich text) { blocks.push_back({Block::Kind::item, std::move(text), {}, false}); }
  void equation(Rich left, Formula formula, bool sized = true) {
    blocks.push_back({Block::Kind::equation, std::move(left), std::move(formula), sized});
  }
};

/// Sentences and formulas broken to the width of the terminal.
[[nodiscard]] std::string terminal_page(const Document&, const TerminalStyle&);
[[nodiscard]] std::string latex_page(const std::vector<Document>&);
/// One file that needs nothing from the network: MathML, style inside, light and dark.
[[nodiscard]] std::string html_page(const std::vector<Document>&, std::string_view title);
[[nodiscard]] std::string markdown_page(const std::vector<Document>&);

}  // namespace gradwright
