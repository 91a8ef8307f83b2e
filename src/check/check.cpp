#include "check/check.h"

#include "check/checking.h"

namespace gradwright::check {

void Checking::claim(const Claim& claim) {
  const bool may_define = claim.kind == Claim::Kind::latex;  // a name that later claims use
  if (!may_define && !is_about_wanted(claim)) return;
  if (claim.kind == Claim::Kind::latex || claim.kind == Claim::Kind::numpy) {
    raw(claim);
    return;
  }
  const Text& text = judge_.text();
  left_ = claim.left;
  const bool is_identity = claim.kind == Claim::Kind::identity;
  const bool is_second = !claim.first.name.empty();
  const std::string_view left = text.slice(claim.left);
  if (is_identity && left.ends_with('\'') && judge_.sheet().is_defined_scalar(left.substr(0, left.size() - 1)))
    return report(unclear_claim(claim.left, {}, loss_)
                      .note(fmt::format("`{}` is a scalar: `'` transposes it, and changes nothing",
                                        left.substr(0, left.size() - 1))));
  std::vector<ReadSide> sides;
  for (const Span span : claim.right) {
    ReadSide side;
    side.span = span;
    side.readings.push_back(
        {std::string(text.slice(span)), {{{{0, span.end - span.begin}, span}}, {}}, std::nullopt, {}, {}});
    sides.push_back(std::move(side));
  }
  const bool is_asked = is_identity ? judge_.ask_identity(std::string(text.slice(claim.left)), claim.indices)
                        : is_second ? ask_hessian(claim.of.name, claim.first, claim.wrt)
                                    : ask(claim.of, claim.wrt);
  if (is_asked && is_identity) return identity(sides, std::string(text.slice(claim.left)), claim.indices);
  if (is_asked)
    return chain(sides, (is_second ? "∇" : "") + claim.of.name, claim.wrt.name,
                 {claim.first.name, claim.of.entry, claim.wrt.entry, {}, false});
  const std::vector<Claimed> claimed =
      is_identity ? claimed_by_name(judge_.sheet(), text.slice(claim.left)) : std::vector<Claimed>{};
  const Claimed best = claimed.empty() ? Claimed{} : nearest(claimed, sides);
  if (judge_.ask({best.of, {}, claim.left}, {best.wrt, {}, claim.left}))
    chain(sides, best.of, best.wrt);
  else
    unasked(claim.left);
}

void Checking::raw(const Claim& claim) {
  const ClaimReadings read = readings_of(judge_.text(), claim, judge_.sheet());
  const std::size_t before = result_.sides.size(), reported = result_.diagnostics.size();
  if (claim.kind == Claim::Kind::latex) {
    equations(read.latex);
    const bool is_silent =
        is_about_wanted(claim) && result_.sides.size() == before && result_.diagnostics.size() == reported;
    const ReadEquation* said = is_silent && !read.latex.equations.empty() ? &read.latex.equations[main_] : nullptr;
    if (said != nullptr && !said->sides.empty())
      recognise(said->sides, claim.span, said->left.name);
    else if (is_silent)
      unasked(claim.span);
  } else {
    code(read.numpy);
  }
}

bool Checking::is_about_wanted(const Claim& claim) const {
  const std::uint32_t end = claim.right.empty() ? claim.span.end : std::max(claim.span.end, claim.right.back().end);
  return !options_.within || (claim.span.begin < options_.within->end && options_.within->begin < end);
}

namespace {

/// What is wrong inside a claim is part of its verdict.
std::vector<Diagnostic> beside_claims(const Program& program) {
  std::vector<Diagnostic> found;
  for (const Diagnostic& one : program.diagnostics) {
    const auto is_inside = [&](const Claim& claim) {
      return one.span.begin >= claim.span.begin &&
             one.span.end <= (claim.right.empty() ? claim.span.end : std::max(claim.span.end, claim.right.back().end));
    };
    if (std::none_of(program.claims.begin(), program.claims.end(), is_inside)) found.push_back(one);
  }
  return found;
}

}  // namespace

Checked checked(const Text& sheet, const CheckOptions& options) {
  Checking checking(sheet, sheet, options);
  const Program& program = checking.judge().sheet().program();
  const std::vector<Claim> claims = program.claims;
  for (const Diagnostic& one : beside_claims(program)) {
    checking.report(one);
    if (one.severity == Severity::error) checking.note_errors();
  }
  for (const Claim& claim : claims) checking.claim(claim);
  Checked found = checking.take();
  if (options.repairs) read_back(found, options, checked);
  return found;
}

Checked checked_document(const Text& document, Notation notation, const Text& sheet, const CheckOptions& options) {
  Checking checking(sheet, document, options);
  for (const Diagnostic& one : beside_claims(checking.judge().sheet().program())) {
    if (one.severity != Severity::error) continue;
    checking.report_of_sheet(one);
    checking.note_errors();
  }
  if (notation == Notation::latex)
    checking.equations(read_latex_document(document, checking.judge().sheet()));
  else
    checking.code(read_numpy_file(document, checking.judge().sheet()));
  Checked found = checking.take();
  if (options.repairs) {
    read_back(found, options, [&](const Text& text, const CheckOptions& within) {
      return checked_document(text, notation, sheet, within);
    });
  }
  return found;
}

}  // namespace gradwright::check
