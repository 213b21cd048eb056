"""Notebooks of many cells: time and memory of a first replay, of one from the cache, and of one without it."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time


def notebook(count):
    """Cells of which no two are alike: of twenty, one draws, one samples networks, the rest evaluate."""
    cells = ["data digits", "train mlp:hidden=16 --epochs 3 --seeds 0..3 --snapshot epoch --out runs --as seeds"]
    for index in range(count - 2):
        split = "train" if index % 2 else "test"
        kind = index % 20
        if kind == 0:
            cells.append(f"histogram seeds[{index // 20 % 4}] --bins {10 + index // 20}")
        elif kind == 1:
            cells.append(f"sample random seeds[0] --n 2 --scale {0.1 + index / 1000} --as near{index}")
        elif kind < 4:
            cells.append(f"kept{index} = eval seeds --split {split}")
        else:
            number = kind - 4
            split = "train" if number >= 8 else "test"
            near = f"near{index - kind + 1}[{number // 4 % 2}]"
            cells.append(f"eval seeds[{number % 4}],{near} --split {split}")
    if len(set(cells)) != count:
        sys.exit("some cells are alike")
    blocks = "\n\n".join(f"Cell {i}.\n\n```basin\n{cell}\n```" for i, cell in enumerate(cells))
    return f"---\ntitle: {count} cells\n---\n\n{blocks}\n"


def replay(program, folder, *options):
    """Seconds, those of the processor, and MiB of one replay; the folder's report but provenance.json."""
    before = time.monotonic()
    process = subprocess.Popen(
        [program, "run", "many.md", *options], cwd=folder, stderr=subprocess.PIPE,
        env={**os.environ, "BASIN_CACHE": f"{folder}/cache"})
    error = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - before
    if status != 0:
        sys.exit(error[-2000:])
    report = {}
    for home, _, names in os.walk(f"{folder}/Reports/many"):
        for name in names:
            if name != "provenance.json":
                with open(f"{home}/{name}", "rb") as file:
                    report[os.path.relpath(f"{home}/{name}", folder)] = file.read()
    return (seconds, usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024, report


def main():
    program = os.path.abspath(sys.argv[1])
    counts = [int(text) for text in sys.argv[2:]] or [250, 500, 1000, 2000]
    print(
        "Seconds, then those of the processor in all processes of the replay.\n"
        f"{'cells':>6}  {'first':>15}  {'MiB':>5}  {'cached':>15}  {'MiB':>5}  {'no cache':>15}")
    for count in counts:
        folder = tempfile.mkdtemp(prefix="basin-notebook-")
        try:
            with open(f"{folder}/many.md", "w") as file:
                file.write(notebook(count))
            first, first_memory, report = replay(program, folder)
            cached, cached_memory, again = replay(program, folder)
            plain, _, fresh = replay(program, folder, "--no-cache")
            if not report == again == fresh:
                sys.exit(f"{count} cells: the reports differ")
            times = ["%7.2f (%5.2f)" % pair for pair in (first, cached, plain)]
            print(
                f"{count:6}  {times[0]:>15}  {first_memory:5.0f}  {times[1]:>15}  {cached_memory:5.0f}  {times[2]:>15}",
                flush=True)
        finally:
            shutil.rmtree(folder)
    print("The three reports are the same, byte for byte.")


main()
