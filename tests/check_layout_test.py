#!/usr/bin/env python3
"""Each rule of check_layout.py, on a small tree that breaks it."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_layout  # noqa: E402


class LayoutRules(unittest.TestCase):
    def check(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            subprocess.run(["git", "init", "-q", folder], check=True)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            return list(check_layout.violations(root))

    def refused(self, path, text, complaint):
        found = self.check({path: text})
        self.assertEqual(len(found), 1, found)
        self.assertIn(complaint, found[0])

    def accepted(self, path, text):
        self.assertEqual(self.check({path: text}), [])

    def test_refuses_files_over_400_lines(self):
        self.accepted("common/a.cc", "\n" * 400)
        self.refused("common/a.cc", "\n" * 401, "401 lines")
        self.accepted("tests/data/a.cc", "\n" * 401)

    def test_refuses_names_that_say_nothing(self):
        for name in ("string_util.h", "helper.cc", "JobManager.h", "misc.py"):
            self.refused("common/" + name, "", "says nothing")
        self.accepted("common/utility.h", "")

    def test_refuses_heavy_torch_headers_everywhere(self):
        for path in ("worker/nn/a.cc", "tests/a.cc", "common/a.h"):
            self.refused(path, "#include <torch/torch.h>\n", "a.")
            self.refused(path, "# include <ATen/ATen.h>\n", "10 s")

    def test_keeps_libtorch_in_the_model_boxes(self):
        for path in ("worker/nn/a.cc", "worker/sampling/a.h", "worker/ace_v1/a.cc", "tests/parity/a.cc"):
            self.accepted(path, "#include <ATen/core/Tensor.h>\n")
        for path in ("worker/a.cc", "worker/text/a.cc", "worker/audio/a.cc", "common/a.cc", "coordinator/a.cc"):
            self.refused(path, "#include <c10/core/Device.h>\n", "libtorch does not belong here")

    def test_keeps_libraries_behind_their_box(self):
        for header, home in (("spdlog/spdlog.h", "common/log.cc"), ("toml++/toml.h", "common/config_file.cc"),
                             ("sqlite3.h", "coordinator/store/a.cc"), ("boost/beast/http.hpp", "coordinator/http/a.cc")):
            self.accepted(home, f"#include <{header}>\n")
            self.refused("coordinator/a.cc", f"#include <{header}>\n", "coordinator/a.cc:1: includes " + header)

    def test_counts_files_with_beast(self):
        files = {f"coordinator/http/{i}.cc": "#include <boost/beast/core.hpp>\n" for i in range(4)}
        self.assertEqual(self.check(files), [])
        files["coordinator/http/5.cc"] = "#include <boost/beast/core.hpp>\n"
        self.assertIn("5 files include Beast", self.check(files)[0])

    def test_keeps_boxes_apart(self):
        for path, header in (("common/a.h", "coordinator/a.h"), ("common/a.h", "worker/a.h"),
                             ("coordinator/a.h", "worker/engine.h"), ("worker/a.cc", "coordinator/job.h"),
                             ("worker/ace_v1/a.cc", "worker/ace_v15/a.h"), ("worker/ace_v15/a.cc", "worker/ace_v1/a.h")):
            self.refused(path, f'#include "{header}"\n', header)
        for path, header in (("worker/ace_v15/a.cc", "worker/ace_v15/a.h"), ("coordinator/a.h", "common/a.h"),
                             ("tests/coordinator/a.cc", "worker/a.h")):
            self.accepted(path, f'#include "{header}"\n')

    def test_keeps_tests_out_of_everything_else(self):
        self.refused("common/a.cc", '#include "tests/support/a.h"\n', "nothing but tests")
        self.accepted("tests/a.cc", '#include "tests/support/a.h"\n')

    def test_says_by_its_exit_status_whether_the_tree_is_clean(self):
        script = Path(check_layout.__file__)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["git", "init", "-q", folder], check=True)
            self.assertEqual(subprocess.run([sys.executable, script, folder]).returncode, 0)
            (Path(folder) / "misc.h").write_text("")
            run = subprocess.run([sys.executable, script, folder], capture_output=True, text=True)
            self.assertEqual(run.returncode, 1)
            self.assertEqual(run.stdout, 'misc.h: the name says nothing: "misc"\n')


if __name__ == "__main__":
    unittest.main()
