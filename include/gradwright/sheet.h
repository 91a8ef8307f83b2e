// Sheet: a worksheet, read. It derives, and judges claims.
//
//   const gw::Sheet sheet = gw::Sheet::read("W : R[2,3]\nx : R[3]\nL = sum((W*x).^2)\nderive L wrt W\n");
//   for (const gw::Derivative& one : sheet.derive().results()) std::printf("%s\n", one.formula.gw.c_str());  // 2*W*x*x'
//
// The language is that of docs/reference/language.md. Nothing here throws; what is wrong stands in `diagnostics`. A sheet and what comes of it share
// memory: use each from one thread at a time. Each function in use: examples/embed/sheet.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gradwright/diagnostic.h>
#include <gradwright/formula.h>
#include <gradwright/verdict.h>

namespace gw {

struct DeriveOptions {
  std::optional<Layout> layout = std::nullopt;  ///< in place of the sheet's own
  bool verify = true;  ///< compare each result with numbers (G0902 where it does not agree: a fault of the library)
  bool verify_steps = false;  ///< and each step (G0903)
  std::uint64_t seed = 1;     ///< of the random points
  double most_bytes = 1e9;    ///< of memory that comparing may take; what would take more is left out with G0511
  bool rich = false;          ///< also Formula::mathml and latex_sized
  bool only_gw = false;       ///< of a Formula only gw and where
};

struct StoryOptions {
  enum class Steps { none, brief, full };
  Steps steps = Steps::brief;
  bool layouts = false;  ///< instead: the chain in numerator and in denominator layout, with the size of every link
};

/// A page of a derivation. html: one file that needs nothing from the network.
enum class Format { terminal, html, latex, markdown };

/// What the `derive` lines of a sheet ask for, in their order. What has an error is left out and stands in `diagnostics`.
class Derivation {
 public:
  [[nodiscard]] const std::vector<Derivative>& results() const&;
  [[nodiscard]] std::vector<Derivative> results() && { return std::as_const(*this).results(); }
  /// Of reading and deriving.
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const&;
  [[nodiscard]] std::vector<Diagnostic> diagnostics() && { return std::as_const(*this).diagnostics(); }
  /// The steps that led to a result, in order. `number` counts results from 0; none where there is no such result.
  [[nodiscard]] std::vector<Step> steps(std::size_t number) const;
  /// The document gradwright/derive/1.
  [[nodiscard]] std::string json() const;
  /// The stories of all results. HTML needs DeriveOptions::rich. `style` is that of a terminal, `title` that of an HTML page.
  [[nodiscard]] std::string page(Format, const StoryOptions& = {}, const Style& = {},
                                 const std::string& title = "") const;

 private:
  friend class Sheet;
  struct State;
  std::shared_ptr<State> state_;
};

enum class Notation { latex, numpy };

struct CheckOptions {
  std::optional<Layout> layout = std::nullopt;  ///< in place of the sheet's own
  bool repairs = true;                          ///< look for mistakes and repairs
  bool stories = false;                         ///< keep what the stories of a page are told from
};

/// Claims of one or several texts, judged.
class Judgement {
 public:
  explicit Judgement(const CheckOptions& = {});

  /// The claims that a worksheet makes itself.
  void add(const class Sheet&);
  /// The claims of a whole text in another notation; `network` says what its names are. `name` is that of the text.
  void add(const std::string& text, const std::string& name, Notation, const class Sheet& network);
  /// Once all texts beside `network` are added: errors of that worksheet itself, told before the others and once, with places in it.
  void tell_errors_of(const class Sheet& network);

  /// Of all texts, in their order.
  [[nodiscard]] const std::vector<Verdict>& verdicts() const&;
  [[nodiscard]] std::vector<Verdict> verdicts() && { return std::as_const(*this).verdicts(); }
  /// Of the texts as a whole: what cannot be read, what nobody asked.
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const&;
  [[nodiscard]] std::vector<Diagnostic> diagnostics() && { return std::as_const(*this).diagnostics(); }
  /// A text, a worksheet or a claim cannot be read.
  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] bool has_wrong_claims() const;

  /// The document gradwright/check/1; SARIF 2.1.0; annotations of GitHub Actions.
  [[nodiscard]] std::string json() const;
  [[nodiscard]] std::string sarif() const;
  [[nodiscard]] std::string annotations() const;
  /// What is told of one text on a terminal, its verdicts in order, with their stories where CheckOptions::stories asks for them.
  struct Page {
    std::string name, diagnostics, verdicts;
    std::size_t claims = 0;
    bool has_errors = false;
  };
  [[nodiscard]] std::vector<Page> pages(const Style& diagnostics = {}, const Style& verdicts = {}) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// A name that a sheet declares or defines.
struct Name {
  enum class Role { data, parameter, constant, defined };
  std::string name;
  Role role = Role::data;
  std::vector<std::string> size;  ///< "3", "n"; none: a scalar
};

class Sheet {
 public:
  /// `name` is what diagnostics call the text.
  [[nodiscard]] static Sheet read(std::string text, std::string name = "sheet.gw");
  /// G0505: the file cannot be read.
  [[nodiscard]] static Result<Sheet> load(const std::string& path);

  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] const std::string& name() const;
  /// Of reading; errors leave the lines that do not rest on them usable.
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const&;
  [[nodiscard]] std::vector<Diagnostic> diagnostics() && { return std::as_const(*this).diagnostics(); }
  [[nodiscard]] bool has_errors() const;
  /// In the order of the sheet.
  [[nodiscard]] std::vector<Name> names() const;
  /// Sizes that the sheet leaves open, as `n` of `x : R[n]`.
  [[nodiscard]] std::vector<std::string> open_sizes() const;
  /// The text in its standard layout; lines that cannot be read stay as they are. G0112: it is too long to be read.
  [[nodiscard]] Result<std::string> formatted() const;

  [[nodiscard]] Derivation derive(const DeriveOptions& = {}) const;
  /// Its own claims.
  [[nodiscard]] Judgement check(const CheckOptions& = {}) const;

  struct State;  ///< of the library's own
  [[nodiscard]] State& state() const { return *state_; }

 private:
  std::shared_ptr<State> state_;
};

/// The text of a file. G0505: it cannot be read.
[[nodiscard]] Result<std::string> text_of(const std::string& path);

}  // namespace gw
