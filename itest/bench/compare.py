#!/usr/bin/env python3
"""Time programs that answer the same question of the same dumps, side by side.

    compare.py [--runs 10] [--limit 0.6] [--fresh-home LABEL] --dump FILE...
               --program LABEL COMMAND --program LABEL COMMAND...

A COMMAND is one string; {dump} in it stands for the dump. Each prints a JSON
object a line. Of those rows the keys in --key are compared: a checksum over
the sorted lines, which every run of every program must share, or the bench
fails. After one run of each that is not counted (page cache, own caches) the
programs take turns, in the other order every second time.

Wall time is from before the start of the process to its end; peak RSS is the
kernel's own count of the process (VmHWM, by wait4). The table has the medians
with the range, and each program's ratio to the last one named. Exit status:
1 when answers differ or a program fails; 4 when --limit is given and the first
program's ratio in time is above it, or in RSS above it or --rss-limit.
"""
import argparse
import hashlib
import itertools
import json
import os
import shlex
import shutil
import statistics
import sys
import tempfile
import time

DEVNULL = os.open(os.devnull, os.O_RDWR)


class Program:
    def __init__(self, label, command, fresh_home):
        self.label = label
        self.command = command
        self.fresh_home = fresh_home

    def run(self, dump):
        """One run: (wall seconds, CPU seconds, peak RSS bytes, output)."""
        argv = [word.replace("{dump}", dump) for word in shlex.split(self.command)]
        environment = dict(os.environ)
        home = None
        if self.fresh_home:
            home = environment["HOME"] = tempfile.mkdtemp(prefix="bench-home.")
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            actions = [
                (os.POSIX_SPAWN_DUP2, DEVNULL, 0),
                (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, err.fileno(), 2),
            ]
            start = time.perf_counter()
            pid = os.posix_spawnp(argv[0], argv, environment, file_actions=actions)
            _, status, usage = os.wait4(pid, 0)
            wall = time.perf_counter() - start
            if home:
                shutil.rmtree(home, ignore_errors=True)
            out.seek(0)
            if status:
                err.seek(0)
                sys.stderr.write(err.read().decode(errors="replace")[-2000:])
                code = os.waitstatus_to_exitcode(status)
                sys.exit(f"error: {self.label} ended with {code}: {shlex.join(argv)}")
            return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, out.read()


def answer(label, output, keys):
    """The rows' keys as sorted lines."""
    lines = []
    for number, line in enumerate(output.decode().splitlines(), 1):
        try:
            row = json.loads(line)
            lines.append(json.dumps([normal(key, row) for key in keys]))
        except (ValueError, AttributeError) as e:
            sys.exit(f"error: {label}, line {number} of its answer: {e!r}: {line[:200]}")
    return sorted(lines)


def normal(key, row):
    if key == "pcs":  # of a stack, where functions are inlined into another once
        return [int(frame["pc"], 16) for frame in kernel_frames(row) if not frame["inline"]]
    if key == "frames":
        return [normal_frame(frame) for frame in kernel_frames(row)]
    value = row.get(key)
    if key == "task" and isinstance(value, str):
        return int(value, 16)
    if key == "rss_bytes" and value is None:  # no memory of its own
        return 0
    return value


def kernel_frames(row):
    """Up to user space, behind which some go on."""
    return list(itertools.takewhile(lambda frame: int(frame["pc"], 16) >> 63, row["frames"]))


def normal_frame(frame):
    """Of assembler's code only the place counts: there may be several symbols for it."""
    file = (frame.get("file") or "").removeprefix("./")
    function = None if file.endswith(".S") else frame["function"]
    place = [file, frame.get("line") or 0, frame.get("column") or 0]
    return [int(frame["pc"], 16), function, frame["inline"]] + place


def checksum(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def must_agree(first, second):
    """End with the first rows that one has and the other has not."""
    (label1, lines1), (label2, lines2) = first, second
    if lines1 == lines2:
        return
    for label, lines, others in ((label1, lines1, lines2), (label2, lines2, lines1)):
        for line in [line for line in lines if line not in others][:5]:
            print(f"only {label}: {line}", file=sys.stderr)
    sys.exit(f"error: {label1} ({len(lines1)} rows) and {label2} ({len(lines2)} rows) differ")


def spread(values, scale, digits):
    median, low, high = (f"{f(values) / scale:.{digits}f}" for f in (statistics.median, min, max))
    return f"{median} ({low}–{high})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--limit", type=float)
    parser.add_argument("--rss-limit", type=float)
    parser.add_argument("--fresh-home", action="append", default=[], metavar="LABEL")
    parser.add_argument("--key", action="append", required=True)
    parser.add_argument("--dump", action="append", required=True)
    parser.add_argument("--program", action="append", nargs=2, required=True)
    args = parser.parse_args()
    programs = [Program(label, command, label in args.fresh_home) for label, command in args.program]

    missed = []
    print("| dump | program | wall s: median (min–max) | CPU s | peak RSS MiB | time ratio | RSS ratio | rows | checksum |")
    print("|---|---|---|---|---|---|---|---|---|")
    for dump in args.dump:
        wall, cpu, rss, answers = ({p.label: [] for p in programs} for _ in range(4))
        reference = None
        for turn in range(args.runs + 1):
            for p in programs if turn % 2 == 0 else reversed(programs):
                seconds, cpu_seconds, peak, output = p.run(dump)
                answers[p.label] = answer(p.label, output, args.key)
                reference = reference or (p.label, answers[p.label])
                must_agree(reference, (p.label, answers[p.label]))
                if turn:
                    wall[p.label].append(seconds)
                    cpu[p.label].append(cpu_seconds)
                    rss[p.label].append(peak)
        last = programs[-1].label
        for p in programs:
            time_ratio = statistics.median(wall[p.label]) / statistics.median(wall[last])
            rss_ratio = statistics.median(rss[p.label]) / statistics.median(rss[last])
            print(
                "|",
                " | ".join(
                    (
                        os.path.basename(dump),
                        p.label,
                        spread(wall[p.label], 1, 3),
                        spread(cpu[p.label], 1, 3),
                        spread(rss[p.label], 1 << 20, 0),
                        f"{time_ratio:.2f}",
                        f"{rss_ratio:.2f}",
                        str(len(answers[p.label])),
                        checksum(answers[p.label]),
                    )
                ),
                "|",
                flush=True,
            )
            rss_limit = args.rss_limit or args.limit
            if p is programs[0] and args.limit and (time_ratio > args.limit or rss_ratio > rss_limit):
                missed.append(f"{os.path.basename(dump)}: time {time_ratio:.2f}, RSS {rss_ratio:.2f}")
    if missed:
        print(f"above {args.limit}: " + "; ".join(missed), file=sys.stderr)
        sys.exit(4)


if __name__ == "__main__":
    main()
