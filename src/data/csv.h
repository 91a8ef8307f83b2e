// CSV (RFC 4180) as people save it: separated by comma, semicolon or tab, quoted or not, ended by LF, CRLF or CR.
// The separator is the one that cuts the first lines into equally many cells; spaces around a cell do not count.
// The first line names the columns when it holds a text and its numbers, if any, are ascending whole numbers
// (`label,0,1,2`); any other cell that is not a finite number is refused, with its place.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "data/array.h"
#include "data/bytes.h"
#include "source/diagnostic.h"

namespace gradwright {

/// `name` is the file in diagnostics (G0506; G0507 for a cell that is `nan`, `inf` or beyond float64).
[[nodiscard]] tl::expected<Table, Diagnostic> parse_csv(std::string_view bytes, std::string_view name,
                                                        const LoadLimits& = {});

}  // namespace gradwright
