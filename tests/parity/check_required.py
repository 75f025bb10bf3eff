#!/usr/bin/env python3
"""Runs musicfleet-parity and checks its lines against the list of stages that must be ok.

usage: check_required.py MUSICFLEET_PARITY GOLDEN_DIR REQUIRED_LIST
"""
import fnmatch
import re
import subprocess
import sys


def main() -> int:
    tool, golden, required_list = sys.argv[1:]
    run = subprocess.run([tool, "--family", "v15", "--golden", golden], stdout=subprocess.PIPE, text=True)
    status = dict(re.findall(r"^stage (\S+) .* (ok|FAIL|absent)$", run.stdout, re.MULTILINE))
    with open(required_list, encoding="utf-8") as lines:
        required = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    faults = [f"{stage} is {state}" for stage, state in status.items() if state == "FAIL"]
    for pattern in required:
        states = [state for stage, state in status.items() if fnmatch.fnmatchcase(stage, pattern)]
        if not states or set(states) != {"ok"}:
            faults.append(f"{pattern}: must be ok, is {sorted(set(states)) or 'not there'}")
    expected = 1 if "FAIL" in status.values() else 3 if "absent" in status.values() else 0
    if run.returncode != expected:
        faults.append(f"exit status {run.returncode}, its lines say {expected}")
    print("\n".join(faults) or f"{list(status.values()).count('ok')} stages ok")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
