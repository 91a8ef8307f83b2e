// Own names: what the person called a value, in place of the name under which it is defined for the checker. Code that assigns `z` where the
// sheet has a z, or assigns it twice, is read with `z_2`; what is said of it says z.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "check/verdict.h"
#include "ir/names.h"

namespace gradwright::check {

/// A name that the checker gives to what a claim is about, `∂‖X‖/∂X`; no message shows it, and no repair brings it in.
[[nodiscard]] std::string name_of_checker(const std::string& what);
[[nodiscard]] bool is_of_checker(std::string_view name);
/// Those that people gave.
[[nodiscard]] Names names_of_people(const Names&);

class OwnNames {
 public:
  void add(const std::string& name, const std::string& written);
  [[nodiscard]] bool is_empty() const { return written_.empty(); }
  [[nodiscard]] std::string in(std::string_view text) const;
  /// In all that is said of a side; places in its formula move with it.
  void put_into(JudgedSide&) const;
  /// The formula over its sizes.
  [[nodiscard]] Aligned sized(Anatomy, const std::string& gw) const;

 private:
  void put_into(Anatomy&, const std::string& gw) const;
  void put_into(Diagnostic&) const;
  std::map<std::string, std::string, std::less<>> written_;
};

}  // namespace gradwright::check
