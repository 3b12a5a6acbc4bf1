# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens and validates plans of 12, 1 000 and 10 000 sequences, against Python's json with dataclasses and hand checks.

Both sides stay in one process each and take turns, so that what else the machine does falls on both.
"""

import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

ROUNDS = 9
WORDS = ("road dusk driver window hedge camera slow light engine rain bridge valley silver shadow turning glass "
         "mirror hand dust morning quiet").split()


def make_plan(n_sequences):
    rng = random.Random(1972)

    def prose(n_words):
        return " ".join(rng.choice(WORDS) for _ in range(n_words))

    elements = [{"id": f"element_{i}", "name": prose(2), "type": "thing", "description": prose(12),
                 "frontal": f"elements/e{i}/front.png", "references": [f"elements/e{i}/side.png"]} for i in range(8)]
    sequences = []
    for i in range(n_sequences):
        listed = rng.sample(range(8), 2)
        shots = [{"id": f"shot_{s}", "duration": 2,
                  "prompt": f"@element_{listed[s % 2]} {prose(70)}, “golden” hour\n{prose(10)}" if s == 1 else
                            f"@element_{listed[s % 2]} {prose(80)}",
                  "camera": "slow push in", "notes": prose(10)} for s in range(6)]
        sequences.append({"id": f"SEQ{i:05}", "title": prose(3), "song_start": f"{i * 12 // 60}:{i * 12 % 60:02}.000",
                          "song_end": i * 12 + 12.0, "elements": [f"element_{e}" for e in listed], "director_notes": prose(40),
                          "start_frame_prompt": prose(30), "model": "animatic", "shots": shots})
    return {"format": "client_plan", "version": 1, "project": "bench", "episode": "EP001", "title": "Bench", "aspect_ratio": "16:9",
            "fps": 24, "elements": elements, "sequences": sequences}


TIME = re.compile(r"([0-9]+):([0-5][0-9](?:\.[0-9]+)?)")
MENTION = re.compile(r"(?<![A-Za-z0-9_])@(\w+)")


@dataclass(slots=True)
class Shot:
    id: str
    duration: float
    prompt: str
    camera: str | None
    notes: str | None


@dataclass(slots=True)
class Sequence:
    id: str
    title: str | None
    song_start: float
    song_end: float
    elements: list
    director_notes: str | None
    start_frame_prompt: str | None
    model: str | None
    shots: list = field(default_factory=list)


def read_time(value, place, findings):
    if value is None:
        return -1.0
    if isinstance(value, str):
        match = TIME.fullmatch(value)
        if match:
            return int(match[1]) * 60 + float(match[2])
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1000000:
        return float(value)
    findings.append((place, "is no time"))
    return -1.0


def read_text(value, place, findings, wanted=False):
    if value is None and not wanted:
        return None
    if not isinstance(value, str) or (wanted and not value.strip()) or len(value) > 65536:
        findings.append((place, "is no text"))
        return None
    return value


def python_read(path):
    with open(path, "rb") as file:
        plan = json.loads(file.read())
    findings = []
    known = {element["id"] for element in plan["elements"]}
    sequences, ids = [], set()
    for i, item in enumerate(plan["sequences"]):
        place = f"sequences[{i}]"
        sequence = Sequence(read_text(item.get("id"), place, findings, True), read_text(item.get("title"), place, findings),
                            read_time(item.get("song_start"), place, findings), read_time(item.get("song_end"), place, findings),
                            item.get("elements") or [], read_text(item.get("director_notes"), place, findings),
                            read_text(item.get("start_frame_prompt"), place, findings), read_text(item.get("model"), place, findings))
        if sequence.id in ids:
            findings.append((place, "is there twice"))
        ids.add(sequence.id)
        named, shot_ids = set(), set()
        for shot_item in item["shots"]:
            shot = Shot(read_text(shot_item.get("id"), place, findings, True), read_time(shot_item.get("duration"), place, findings),
                        read_text(shot_item.get("prompt"), place, findings, True), read_text(shot_item.get("camera"), place, findings),
                        read_text(shot_item.get("notes"), place, findings))
            if shot.id in shot_ids:
                findings.append((place, "is there twice"))
            shot_ids.add(shot.id)
            named.update(MENTION.findall(shot.prompt))
            sequence.shots.append(shot)
        for name in sequence.elements:
            if name not in known or name not in named:
                findings.append((place, "is not named"))
        for name in named - known:
            findings.append((place, "names nothing"))
        if abs(sequence.song_end - sequence.song_start - sum(shot.duration for shot in sequence.shots)) > 0.02:
            findings.append((place, "differs in length"))
        sequences.append(sequence)
    for before, after in zip(ordered := sorted(sequences, key=lambda s: s.song_start), ordered[1:]):
        if after.song_start < before.song_end - 0.001:
            findings.append((after.id, "overlaps"))
    return sequences, findings


def serve(path):
    for _ in sys.stdin:
        start = time.perf_counter()
        sequences, findings = python_read(path)
        elapsed = (time.perf_counter() - start) * 1000
        print(f"{elapsed:.4f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss} {len(sequences)} {len(findings)}", flush=True)
        del sequences, findings


def ask(process):
    process.stdin.write("\n")
    process.stdin.flush()
    elapsed, memory, n_sequences, n_findings = process.stdout.readline().split()
    return float(elapsed), int(memory) / 1024, (int(n_sequences), int(n_findings))


def compare(reader, path, n_sequences):
    commands = {"ours": [reader, path], "python": [sys.executable, __file__, "--serve", path]}
    processes = {name: subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                 for name, command in commands.items()}
    results = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, process in processes.items():
            results[name].append(ask(process))
    for process in processes.values():
        process.stdin.close()
        process.wait()
    for name, rows in results.items():
        assert all(row[2] == (n_sequences, 0) for row in rows), (name, rows)
        times = [row[0] for row in rows]
        print(f"{n_sequences:>6} sequences, {os.path.getsize(path) / 1e6:6.2f} MB, {name:>6}: median {statistics.median(times):9.3f} ms, "
              f"min {min(times):9.3f} ms, max RSS {max(row[1] for row in rows):6.1f} MiB")
    medians = [statistics.median(row[0] for row in results[name]) for name in ("ours", "python")]
    minima = [min(row[0] for row in results[name]) for name in ("ours", "python")]
    print(f"{n_sequences:>6} sequences, ratio of medians {medians[0] / medians[1]:.3f}, of minima {minima[0] / minima[1]:.3f}", flush=True)


def main():
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        for n_sequences in (12, 1000, 10000):
            path = os.path.join(folder, "plan.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(make_plan(n_sequences), file, ensure_ascii=False, indent=1)
            compare(sys.argv[1], path, n_sequences)


main()
