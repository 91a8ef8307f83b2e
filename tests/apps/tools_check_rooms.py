"""tools/check-rooms accepts a good tree and names the file and line of every kind of sin."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "check-rooms"
CMAKE = """
room(base LIBRARIES tl::expected)
room(source DEPENDS base
            LIBRARIES fmt::fmt)
room(ir DEPENDS source)   # base comes with source
room(read DEPENDS ir)
room(derive DEPENDS ir)
room(data DEPENDS source)
room(train DEPENDS data ir)
room(api DEPENDS train derive read)
"""
README = "# ir\n## Promise\n## In → Out\n## Read first\n## Laws (tested where)\n## May include\n"
GOOD = {
    "CMakeLists.txt": CMAKE,
    "src/base/README.md": README,
    "src/base/rational.h": "#pragma once\n#include <string>\n",
    "src/source/README.md": README,
    "src/source/json.cpp": "#include <nlohmann/json.hpp>\n",
    "src/ir/README.md": README,
    "src/ir/pool.h": '#include "base/rational.h"\n#include "ir/expr.h"\n',
    "src/data/README.md": README,
    "src/data/bytes.cpp": "#include <zlib.h>\n",
    "apps/cli/main.cpp": '#include <CLI/CLI.hpp>\n#include <gradwright/sheet.h>\n#include "commands.h"\n#include "cli/commands.h"\n',
    "apps/cli/commands.h": "#pragma once\n",
}


class CheckRooms(unittest.TestCase):
    def checked(self, changes):
        """Exit code and output of the tool on the good tree with the changes laid over it."""
        with tempfile.TemporaryDirectory() as root:
            for name, content in {**GOOD, **changes}.items():
                if content is not None:
                    path = Path(root, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(content, encoding="utf-8")
            run = subprocess.run([sys.executable, TOOL, root], capture_output=True, text=True, check=False)
            self.assertEqual(run.stderr, "")
            return run.returncode, run.stdout

    def refused(self, place, words, changes):
        code, output = self.checked(changes)
        self.assertEqual(code, 1, output)
        self.assertIn(place + ": ", output)
        self.assertIn(words, output)
        self.assertIn("check-rooms: 1 problem\n", output)

    def test_a_good_tree(self):
        self.assertEqual(self.checked({}), (0, ""))

    def test_a_public_header_below(self):
        self.refused("src/ir/pool.h:1", "the public headers are implemented by api, sheet", {"src/ir/pool.h": "#include <gradwright/sheet.h>\n"})

    def test_a_room_in_an_app(self):
        self.refused("apps/cli/run.cpp:2", "an app sees the public headers alone",
                     {"apps/cli/run.cpp": '#include <gradwright/sheet.h>\n#include "ir/pool.h"\n'})

    def test_an_app_that_still_sees_rooms(self):
        self.assertEqual(self.checked({"apps/cli/train.cpp": '#include "api/train_task.h"\n'}), (0, ""))
        self.refused("apps/cli/train.cpp:1", "take it off", {"apps/cli/train.cpp": "#include <gradwright/sheet.h>\n"})

    def test_a_room_above(self):
        self.refused("src/ir/pool.cpp:2", "ir may not include read",
                     {"src/ir/pool.cpp": '#include <vector>\n#include "read/program.h"\n'})

    def test_a_sibling(self):
        self.refused("src/derive/adjoint.h:1", "derive may not include read",
                     {"src/derive/README.md": README, "src/derive/adjoint.h": '#include "read/program.h"\n'})

    def test_a_way_around(self):
        self.refused("src/ir/pool.cpp:1", "written from src/", {"src/ir/pool.cpp": '#include "../read/program.h"\n'})

    def test_an_include_that_is_not_from_the_root(self):
        self.refused("src/ir/pool.cpp:1", "written from src/", {"src/ir/pool.cpp": '#include "pool.h"\n'})

    def test_angle_brackets(self):
        self.refused("src/ir/pool.cpp:1", "with quotes", {"src/ir/pool.cpp": "#include <ir/pool.h>\n"})

    def test_a_heavy_header_in_a_header(self):
        self.refused("src/source/json.h:1", "no header", {"src/source/json.h": "#include <nlohmann/json.hpp>\n"})

    def test_a_heavy_header_twice_in_a_room(self):
        self.refused("src/source/render.cpp:1", "here src/source/json.cpp",
                     {"src/source/render.cpp": "#include <nlohmann/json.hpp>\n"})

    def test_a_heavy_header_in_another_room(self):
        self.refused("src/ir/pool.cpp:1", "zlib is only for data", {"src/ir/pool.cpp": "#include <zlib.h>\n"})

    def test_a_long_file(self):
        self.assertEqual(self.checked({"src/ir/pool.cpp": "\n" * 450})[0], 0)
        self.refused("src/ir/pool.cpp:451", "at most 450", {"src/ir/pool.cpp": "\n" * 451})

    def test_a_readme_that_is_missing(self):
        self.refused("src/ir/README.md:1", "missing", {"src/ir/README.md": None})

    def test_a_readme_that_is_long(self):
        self.refused("src/ir/README.md:41", "at most 40", {"src/ir/README.md": README + "\n" * 40})

    def test_a_readme_without_a_heading(self):
        self.refused("src/ir/README.md:1", "`Laws`", {"src/ir/README.md": README.replace("## Laws", "Laws")})

    def test_a_room_that_is_not_declared(self):
        self.refused("src/lower:1", "not declared", {"src/lower/README.md": README})

    def test_words_that_are_read_back(self):
        for line in ['if (found.message == "unknown name") return;', 'return one->message.find("×") != none;',
                     'return after->code == code && before.code != after->message;', 'if (one.notes[0].starts_with("line")) return;',
                     'return why.helps.front().substr(2);']:
            self.refused("src/ir/pool.cpp:1", "words of a diagnostic", {"src/ir/pool.cpp": line + "\n"})
        said = 'text += one.message;\nif (why.message() == text) return;\nfault.help(one.helps.front());\n'
        self.assertEqual(self.checked({"src/ir/pool.cpp": said, "src/source/json.cpp": "one.message == text;\n"})[0], 0)

    def test_a_name_that_says_nothing(self):
        self.refused("src/ir/pool_util.h:1", "says nothing", {"src/ir/pool_util.h": "#pragma once\n"})
        self.refused("src/ir/common:1", "says nothing", {"src/ir/common/pool.h": "#pragma once\n"})


if __name__ == "__main__":
    unittest.main()
