#!/usr/bin/env python3
"""script/break: does a test fail where a promise is broken?  Works on a copy of the tracked files in build/broken; a
breakage counts as found where its tests pass in the sources as they are and fail in the broken ones.

  broken.py --check      only: each breakage still fits the sources, and its tests exist (CI)
  broken.py [NAME...]    these, or all"""
import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / "build" / "broken"
TEST = re.compile(r"TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)")
PROGRAM = re.compile(r"musicfleet_test\((\w+)([^)]*)\)")


def breakages():
    with open(Path(__file__).with_name("breakages.toml"), "rb") as file:
        return tomllib.load(file)["breakage"]


def tests_in(sources):
    return {test for path in sources for test in TEST.findall(path.read_text())}


def known_tests():
    """{program: {(suite, name)}}"""
    known = {}
    for lists in (ROOT / "tests").rglob("CMakeLists.txt"):
        for program, rest in PROGRAM.findall(lists.read_text()):
            known[program] = tests_in(lists.parent / name for name in re.findall(r"\S+\.cc", rest))
    return known


def faults(breakage, tests):
    """What does not fit any more."""
    file = ROOT / breakage["file"]
    found = file.read_text().count(breakage["was"]) if file.exists() else 0
    if found != 1:
        yield f"{breakage['file']}: what is to be broken occurs {found} times"
    for pattern in breakage["tests"]:
        suite, _, name = pattern.partition(".")
        suite = suite.strip("*").split("/")[-1]
        if not any(a == suite and name in ("*", "", b) for a, b in tests.get(breakage["program"], ())):
            yield f"{breakage['program']} has no test {pattern}"


def check(all_of_them):
    tests = known_tests()
    wrong = [f"{breakage['name']}: {fault}" for breakage in all_of_them for fault in faults(breakage, tests)]
    names = [breakage["name"] for breakage in all_of_them]
    wrong += [f"{name}: twice" for name in sorted(set(names)) if names.count(name) > 1]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def copy_sources():
    files = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                           stdout=subprocess.PIPE, text=True).stdout.split("\0")
    for name in filter(None, files):
        source, target = ROOT / name, COPY / name
        if not source.exists() or (target.exists() and target.read_bytes() == source.read_bytes()):
            continue  # what is as it was is not built again
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def built(program):
    log = COPY / "build.log"
    with open(log, "w") as output:
        done = subprocess.run(["cmake", "--build", "--preset", "dev", "--target", program], cwd=COPY, stdout=output,
                              stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"{program} does not build:\n{log.read_text()[-3000:]}")


def passes(breakage):
    built(breakage["program"])
    try:
        done = subprocess.run([COPY / "build/dev/bin" / breakage["program"], "--gtest_filter=" + ":".join(breakage["tests"])],
                              cwd=COPY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return False
    if "Running 0 tests" in done.stdout:
        raise SystemExit(f"{breakage['name']}: {breakage['program']} has none of {breakage['tests']}")
    return done.returncode == 0


def found(breakage):
    file = COPY / breakage["file"]
    if not passes(breakage):
        raise SystemExit(f"{breakage['name']}: its tests fail in the sources as they are")
    whole = file.read_text()
    file.write_text(whole.replace(breakage["was"], breakage["is"]))
    try:
        return not passes(breakage)
    finally:
        file.write_text(whole)


def main():
    parser = argparse.ArgumentParser(prog="script/break", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    chosen = [one for one in breakages() if not options.names or one["name"] in options.names]
    if unknown := set(options.names) - {one["name"] for one in chosen}:
        parser.error(f"there is no breakage {', '.join(sorted(unknown))}")
    if options.check:
        return check(chosen)
    COPY.mkdir(parents=True, exist_ok=True)
    copy_sources()
    subprocess.run(["cmake", "--preset", "dev"], cwd=COPY, check=True, stdout=subprocess.DEVNULL)
    missed = 0
    for breakage in sorted(chosen, key=lambda one: one["program"]):
        seen = found(breakage)
        missed += not seen
        print(f"{'found' if seen else 'MISSED':7} {breakage['name']:28} {breakage['promise']}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
