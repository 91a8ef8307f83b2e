// Reader: statements → Program, in order: dimensions first, then declarations, definitions and claims as they stand, requests last.
#pragma once

#include <memory>
#include <vector>

#include "read/formula/elaborate.h"
#include "read/formula/open_sheet.h"
#include "read/formula/parser.h"
#include "read/formula/program.h"
#include "read/formula/updates.h"

namespace gradwright::formula {

class Reader {
 public:
  /// `states_like`: lines may update, and states are as large as this input. Empty: an update is an error.
  Reader(const Text&, Pool&, const ReadOptions&, std::string states_like = {});
  void read();
  [[nodiscard]] Program& program() { return program_; }
  [[nodiscard]] std::vector<Definition>& updates() { return updates_; }

  // open_sheet.cpp: text that was appended after reading, from `begin` on
  [[nodiscard]] Value expression_at(std::size_t begin, bool is_quiet, const std::vector<FreeIndex>& indices);
  /// One definition; false, and nothing changed, where it has an error.
  [[nodiscard]] bool definition_at(std::size_t begin, std::string_view name);
  [[nodiscard]] std::size_t error_count() const { return reporter_.count(); }
  [[nodiscard]] std::vector<Diagnostic> take_diagnostics() { return reporter_.take(); }
  [[nodiscard]] const Elaborator& elaborator() const { return elaborator_; }

 private:
  // reader.cpp
  void report_empty_sheet();
  void dimensions();
  void announce(const Statement&);
  // reader_names.cpp
  /// The name of the sheet that is meant: W2 by `W₂`, delta_z2 by `δ_z₂`. The name itself where the sheet has it, or nothing like it, or two.
  [[nodiscard]] const std::string& spelled(const std::string& name);
  /// The names in these expressions, and in all younger ones, as the sheet spells them; but `own` ones: arguments and indices.
  void respell(std::size_t first, const std::set<std::string>& own);
  [[nodiscard]] std::set<std::string> own_names() const;
  void definition(const Statement&);
  [[nodiscard]] bool declares(const Statement&);
  void function(const Statement&);
  // reader_updates.cpp
  void declare_states();
  void update(const Statement&);
  [[nodiscard]] Value definition_value(Elaborator&, const Statement&);
  [[nodiscard]] std::vector<std::string> uses_of(Ast) const;
  void collect_uses(Ast, std::vector<std::string>& found, std::vector<std::string>& hidden, int depth) const;
  [[nodiscard]] Value cut_value(Elaborator& outer, std::size_t before, Ast of, const std::string& cut, Expr& input,
                                int depth);
  /// False after G0302 was reported.
  [[nodiscard]] bool is_new(const NameAt&);
  void collect_symbols(Ast);

  // reader_declarations.cpp
  void declaration(const Statement&);
  /// `R[nxd]`: one name, where two sizes of the sheet are meant. False after it was told.
  [[nodiscard]] bool is_one_size(Ast);
  [[nodiscard]] bool properties_of(const Statement&, const Shape&, Property&);
  [[nodiscard]] std::optional<Property> property_of(const NameAt&, const Shape&);
  [[nodiscard]] bool initialiser_of(const Statement&, Declaration&);
  struct Constant {
    std::size_t rows = 1, cols = 1;
    std::vector<double> values;
  };
  [[nodiscard]] std::optional<Constant> constant_of(Ast);

  // reader_requests.cpp
  void request(const Statement&);
  void claim(const Statement&);
  void raw_claim(const Statement&);
  [[nodiscard]] bool target_of(const AstTarget&, const char* code, Target&);
  [[nodiscard]] bool derivative_claim(Ast left, AstTarget& of, AstTarget& wrt);
  [[nodiscard]] bool half_of(Ast, AstTarget&);
  /// d2L/dw2, d2L/dudv: of what, and by which two names.
  [[nodiscard]] std::vector<NameAt> free_indices_of(Ast left) const;
  [[nodiscard]] bool second_derivative_claim(Ast left, AstTarget& of, AstTarget& first, AstTarget& wrt);
  [[nodiscard]] bool entry_fits(const AstTarget&);
  [[nodiscard]] bool wrt_of(const Statement&, Request&);
  [[nodiscard]] bool is_first_minimize(const Request&);

  const Text& text_;
  Pool& pool_;
  const ReadOptions& options_;
  const std::string states_like_;
  AstPool asts_;
  Reporter reporter_;
  Program program_;
  std::vector<Definition> updates_;
  std::vector<Statement> statements_;
  std::size_t current_ = 0;
  std::map<std::string, std::size_t, std::less<>> uses_in_sizes_;
  std::map<std::string, std::string, std::less<>>
      on_paper_;  ///< the names of the sheet by how they are printed; empty: two are; made when needed
  Elaborator elaborator_;
};

}  // namespace gradwright::formula
