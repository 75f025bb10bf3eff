#!/usr/bin/env python3
"""Checks the rules of the source tree that no compiler checks: who may include what, how long a file may be, which
names say nothing.  Prints one line a violation and exits with 1 if there is any.

    tests/check_layout.py [ROOT]        ROOT is the repository, by default the one that this file is in
"""
import re
import subprocess
import sys
from pathlib import Path

MAX_LINES = 400
MAX_BEAST_FILES = 4
CODE_SUFFIXES = {".cc", ".h", ".py", ".sh", ".cmake", ".capnp", ".sql", ".html", ".css", ".js"}
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "misc"}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')

# Headers that only some places may include: (header begins with, what it is, may this path?).
LIBRARY_RULES = [
    (("torch/torch.h", "torch/all.h", "ATen/ATen.h"), "a header that costs 10 s a file", lambda path: False),
    (("ATen/", "c10/", "torch/"), "libtorch",
     lambda path: re.match(r"worker/(nn|device|sampling|ace_\w+)/|tests/", path)),
    (("spdlog/",), "spdlog", lambda path: re.match(r"common/log\.\w+$", path)),
    (("toml++/", "toml.hpp"), "toml++", lambda path: re.match(r"common/config_file\.\w+$", path)),
    (("sqlite3.h",), "SQLite", lambda path: re.match(r"(tests/)?coordinator/store/", path)),
    (("boost/beast",), "Beast", lambda path: re.match(r"(tests/)?coordinator/http/", path)),
]

# Boxes that may not include other boxes: (files of, may not include, why).
BOX_RULES = [
    ("common/", ("coordinator/", "worker/"), "common knows neither daemon"),
    ("coordinator/", ("worker/",), "the daemons meet on the wire only"),
    ("worker/", ("coordinator/",), "the daemons meet on the wire only"),
    ("worker/ace_v1/", ("worker/ace_v15/",), "the model families do not know each other"),
    ("worker/ace_v15/", ("worker/ace_v1/",), "the model families do not know each other"),
]


def tracked_files(root):
    """Paths relative to root of all files that git knows or would add."""
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            check=True, capture_output=True, text=True).stdout
    return sorted(path for path in listed.split("\0") if path and (root / path).is_file())


def includes(text):
    """(line number, included path) of every #include."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match.group(1)


def check_name(path):
    name = Path(path).name
    # "url_helper.h" and "UrlHelper.h" alike.
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)}
    for word in sorted(words & EMPTY_WORDS):
        yield f"{path}: the name says nothing: \"{word}\""


def check_length(path, text):
    lines = text.count("\n")
    if lines > MAX_LINES:
        yield f"{path}: {lines} lines, more than {MAX_LINES}"


def check_include(path, number, header):
    where = f"{path}:{number}: includes {header}"
    for prefixes, what, may in LIBRARY_RULES:
        if header.startswith(prefixes) and not may(path):
            yield f"{where}: {what} does not belong here"
            break
    if header.startswith("tests/") and not path.startswith("tests/"):
        yield f"{where}: nothing but tests includes tests"
    for folder, forbidden, why in BOX_RULES:
        if path.startswith(folder) and header.startswith(forbidden):
            yield f"{where}: {why}"


def violations(root):
    beast_files = set()
    for path in tracked_files(root):
        is_code = Path(path).suffix in CODE_SUFFIXES or path.startswith("script/")
        if path.startswith("tests/data/") or not is_code:
            continue
        text = (root / path).read_text(encoding="utf-8")
        yield from check_name(path)
        yield from check_length(path, text)
        if Path(path).suffix not in {".cc", ".h"}:
            continue
        for number, header in includes(text):
            yield from check_include(path, number, header)
            if header.startswith("boost/beast") and not path.startswith("tests/"):
                beast_files.add(path)
    if len(beast_files) > MAX_BEAST_FILES:
        yield f"{len(beast_files)} files include Beast, more than {MAX_BEAST_FILES}: {', '.join(sorted(beast_files))}"


def main(arguments):
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    found = list(violations(root))
    for violation in found:
        print(violation)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
