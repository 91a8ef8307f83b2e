// The verdicts on the claims of some files, written: JSON `gradwright/check/1`, SARIF 2.1.0, annotations of GitHub, the terminal.
#pragma once

#include <string>
#include <vector>

#include "check/check.h"
#include "present/document.h"
#include "source/render.h"

namespace gradwright {

/// {"schema":"gradwright/check/1","claims":[…],"diagnostics":[…]}; with several files each claim and diagnostic names its "file".
[[nodiscard]] std::string check_json(const std::vector<check::Checked>&);
[[nodiscard]] std::string check_sarif(const std::vector<check::Checked>&, const std::string& version);
/// `::error file=…,line=…,col=…,title=…::message`, one a claim that is wrong.
[[nodiscard]] std::string check_annotations(const std::vector<check::Checked>&);
/// `stories`: none, or one a side, told below it.
[[nodiscard]] std::string check_page(const check::Checked&, const TerminalStyle&,
                                     const std::vector<Document>& stories = {});

}  // namespace gradwright
